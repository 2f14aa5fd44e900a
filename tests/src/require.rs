//! Programs that a test compares us with and that may not be there.

/// Ends a test whose program is missing: with a line that says so or, where everything is
/// required (`TULEAP_FRONT_REQUIRE=all`), with a failure.
///
/// # Errors
///
/// Everything is required.
pub fn skip(test: &str, reason: &str) -> Result<(), String> {
    if std::env::var_os("TULEAP_FRONT_REQUIRE").is_some_and(|value| value == "all") {
        return Err(format!("{test} is required: {reason}"));
    }
    println!("SKIP {test}: {reason}");
    Ok(())
}

/// A number from the environment, or this one: how many cases, and of which seed.
///
/// # Errors
///
/// The variable is no number.
pub fn number(name: &str, default: u64) -> Result<u64, String> {
    match std::env::var(name) {
        Err(_) => Ok(default),
        Ok(text) => text.parse().map_err(|_| format!("{name}={text}: not a number")),
    }
}
