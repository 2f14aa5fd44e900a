use std::fmt;

/// A promise, and what a run says of it.
///
/// `Display` makes a line of a table of it.
#[derive(Debug)]
pub struct Target {
    what: String,
    bound: Bound,
    unit: &'static str,
    measured: Option<f64>,
}

#[derive(Debug)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    /// So many times our cost.
    #[must_use]
    pub fn at_least(bound: f64, what: impl Into<String>, measured: Option<f64>) -> Self {
        Self { what: what.into(), bound: Bound::AtLeast(bound), unit: "x", measured }
    }

    /// So much of a unit, which has a blank before it where it is a word.
    #[must_use]
    pub fn at_most(
        bound: f64,
        unit: &'static str,
        what: impl Into<String>,
        measured: Option<f64>,
    ) -> Self {
        Self { what: what.into(), bound: Bound::AtMost(bound), unit, measured }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, bound, unit, measured } = self;
        let (sign, bound, is_met) = match *bound {
            Bound::AtLeast(bound) => (">=", bound, measured.is_some_and(|value| value >= bound)),
            Bound::AtMost(bound) => ("<=", bound, measured.is_some_and(|value| value <= bound)),
        };
        let verdict = match (measured, is_met) {
            (None, _) => "not measured",
            (Some(_), true) => "met",
            (Some(_), false) => "**not met**",
        };
        let (bound, measured) = (cell(Some(bound)), cell(*measured));
        write!(out, "| {what} | {sign} {bound}{unit} | {measured}{unit} | {verdict} |")
    }
}

/// A number with as many digits as mean something.
#[must_use]
pub fn cell(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value < 9.95 => format!("{value:.2}"),
        Some(value) if value < 99.5 => format!("{value:.1}"),
        Some(value) => format!("{value:.0}"),
    }
}
