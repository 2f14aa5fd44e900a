//! nginx's `$server_name`.

use super::error::HttpsOriginError;

/// What `$server_name` is for the parameters of a directive `server_name`: the first one, in lower
/// case unless it is an expression, without a dot at its start; nothing where there is none.
pub(super) fn variable(parameters: &str) -> Result<String, HttpsOriginError> {
    let first = first(parameters);
    if first.contains(|char: char| char.is_ascii_control()) {
        return Err(HttpsOriginError::ServerName);
    }
    let is_refused = match first.as_bytes() {
        [b'~'] | [b'.'] | [b'*'] => true,
        [b'*', next, rest @ ..] => *next != b'.' || rest.is_empty(),
        // The name of the machine that nginx runs on.
        _ => first.eq_ignore_ascii_case("$hostname"),
    };
    if is_refused {
        return Err(HttpsOriginError::ServerName);
    }
    if first.starts_with('~') {
        return Ok(first.to_owned());
    }
    Ok(first.strip_prefix('.').unwrap_or(first).to_ascii_lowercase())
}

/// The first parameter, which may be in quotes.
fn first(parameters: &str) -> &str {
    let parameters = parameters.trim_start_matches([' ', '\t', '\r', '\n']);
    for quote in ['"', '\''] {
        if let Some((quoted, _)) =
            parameters.strip_prefix(quote).and_then(|rest| rest.split_once(quote))
        {
            return quoted;
        }
    }
    parameters.split([' ', '\t', '\r', '\n']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_counts() {
        let is = |parameters: &str, name: &str| {
            assert_eq!(variable(parameters).as_deref(), Ok(name), "{parameters:?}");
        };
        is("", "");
        is(" \t", "");
        is("\"\"", "");
        is("''  a.example", "");
        is("First.Example second.example", "first.example");
        is("\r\n  A.example\n  b.example", "a.example");
        is("*.Example.com", "*.example.com");
        is("tuleap.EXAMPLE.*", "tuleap.example.*");
        is(".Example.com", "example.com");
        is(r"~^(?<X>.+)\.Example$", r"~^(?<X>.+)\.Example$");
        is("\"A B\" c", "a b");
        is("\u{c9}.Example", "\u{c9}.example");
        is("_", "_");
    }

    #[test]
    fn names_with_which_nginx_does_not_start_are_refused() {
        for parameters in
            ["*", "*x", "*.", ".", "~", "$hostname", "$HostName x", "a\u{1}b", "\"\n\""]
        {
            assert_eq!(variable(parameters), Err(HttpsOriginError::ServerName), "{parameters:?}");
        }
    }
}
