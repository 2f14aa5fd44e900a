//! Locations and routes as the directives of nginx.

use std::fmt::Write as _;

use tuleap_front::{LocationRule, Routes};

/// Modifier and pattern, as they are written.
pub(crate) fn head(rule: &LocationRule) -> String {
    let named = LocationRule::new(rule.modifier(), rule.pattern(), "n").to_string();
    named.strip_suffix(" n").unwrap_or(&named).to_owned()
}

/// The directives of a server with these routes. Every backend of a protocol is one server, which
/// is told its name and answers with what it was told.
pub(crate) fn server(routes: &Routes, http: &str, fast_cgi: &str) -> Result<String, String> {
    let mut text = String::from("absolute_redirect off; fastcgi_pass_request_headers off;\n");
    let routes_text = routes.to_string();
    let is_setting = |line: &&str| line.starts_with("root ") || line.starts_with("index ");
    for line in routes_text.lines().filter(is_setting) {
        let _ = writeln!(text, "{line};");
    }
    for rule in routes.locations().rules() {
        let words: Vec<&str> = rule.name().split(' ').collect();
        let body = body(&words, http, fast_cgi);
        let body = body.ok_or_else(|| format!("{rule}: no directives for it"))?;
        let _ = writeln!(text, "location {} {{ {body} }}", head(rule));
    }
    Ok(text)
}

fn body(words: &[&str], http: &str, fast_cgi: &str) -> Option<String> {
    Some(match words {
        ["proxy", name] => {
            let told = "proxy_set_header Content-Type x; proxy_set_body";
            format!("proxy_pass http://{http}; {told} \"{name}|$uri|$args|\";")
        }
        ["fastcgi", _, rest @ ..] => {
            let index = rest.first().map(|index| format!("fastcgi_index {index};"));
            let script = "fastcgi_param F $realpath_root$fastcgi_script_name;";
            let told = "fastcgi_param Q $args; fastcgi_param U $uri;";
            format!("fastcgi_pass {fast_cgi}; {} {script} {told}", index.unwrap_or_default())
        }
        ["try_files", rest @ ..] => format!("try_files {};", rest.join(" ")),
        ["static", rest @ ..] => fallback(rest)?,
        [place @ ("root" | "alias"), path, rest @ ..] => {
            format!("{place} {path}; {}", fallback(rest)?)
        }
        _ => return None,
    })
}

fn fallback(words: &[&str]) -> Option<String> {
    match words {
        [] => Some(String::new()),
        ["fallback", uri] => {
            Some(format!("if (!-f $request_filename) {{ rewrite ^ {uri} last; }}"))
        }
        _ => None,
    }
}
