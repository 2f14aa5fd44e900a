use tuleap_front::{Guide, NginxRules};

use crate::status::tuleap_front_status as Status;

/// A configuration of the deployment guide.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_guide {
    /// The reverse proxy.
    TULEAP_FRONT_GUIDE_REVERSE_PROXY = 0,
    /// The distributed set-up.
    TULEAP_FRONT_GUIDE_DISTRIBUTED = 1,
}

/// Which nginx, where versions differ.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_nginx_rules {
    /// The newest.
    TULEAP_FRONT_NGINX_RULES_CURRENT = 0,
    /// 1.22
    TULEAP_FRONT_NGINX_RULES_1_22 = 1,
}

pub(crate) fn guide_of(number: u32) -> Result<Guide, Status> {
    match number {
        0 => Ok(Guide::ReverseProxy),
        1 => Ok(Guide::Distributed),
        _ => Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }
}

pub(crate) fn nginx_rules_of(number: u32) -> Result<NginxRules, Status> {
    match number {
        0 => Ok(NginxRules::Current),
        1 => Ok(NginxRules::V1_22),
        _ => Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }
}

/// The name of the rules.
pub(crate) fn nginx_rules_name(rules: NginxRules) -> &'static str {
    match rules {
        NginxRules::V1_22 => "1.22",
        _ => "current",
    }
}
