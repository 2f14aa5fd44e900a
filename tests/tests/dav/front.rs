//! The ways to the backend.

/// What stands before the backend, or in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Front {
    /// Nothing; plain HTTP.
    Baseline,
    /// nginx with the lines of the deployment guide.
    Guide,
    /// nginx with our module.
    Nginx,
    /// Apache with our module.
    Apache,
    /// nginx that changes nothing, before a backend with our module.
    Backend,
}

impl Front {
    pub(crate) const ALL: &[Self] =
        &[Self::Baseline, Self::Guide, Self::Nginx, Self::Apache, Self::Backend];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Guide => "guide",
            Self::Nginx => "nginx",
            Self::Apache => "apache",
            Self::Backend => "backend",
        }
    }

    pub(crate) const fn scheme(self) -> &'static str {
        if matches!(self, Self::Baseline) { "http" } else { "https" }
    }

    /// Is our module part of it?
    pub(crate) const fn is_ours(self) -> bool {
        !matches!(self, Self::Baseline | Self::Guide)
    }

    /// Does the environment name what it needs?
    pub(crate) fn is_there(self) -> bool {
        let variable = match self {
            Self::Baseline | Self::Guide => return true,
            Self::Nginx => "TULEAP_FRONT_NGINX_MODULE",
            Self::Apache | Self::Backend => "TULEAP_FRONT_APACHE_MODULE",
        };
        std::env::var_os(variable).is_some()
    }
}
