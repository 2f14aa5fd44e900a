use std::fmt::Write as _;

/// JSON as it can go to a log and a terminal: the control characters that JSON lets pass, U+007F
/// to U+009F, are escaped. They stand in texts only, so that the value stays the same.
///
/// In: JSON on one line. Out: the same text where there is nothing to escape.
///
/// ```
/// use tuleap_front_http::escape_json_controls;
///
/// assert_eq!(escape_json_controls("[\"\u{9b}31m\"]".to_owned()), "[\"\\u009b31m\"]");
/// assert_eq!(escape_json_controls("[\"\u{e9}\"]".to_owned()), "[\"\u{e9}\"]");
/// ```
#[must_use]
pub fn escape_json_controls(json: String) -> String {
    if !json.contains(char::is_control) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 6);
    for char in json.chars() {
        match char.is_control() {
            true => {
                let _ = write!(escaped, "\\u{:04x}", u32::from(char));
            }
            false => escaped.push(char),
        }
    }
    escaped
}
