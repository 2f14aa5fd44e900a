use std::ffi::c_char;

use tuleap_front::Rewrite;

use crate::abi::{array, tuleap_front_str};
use crate::destination_reason::{number, tuleap_front_destination_reason};
use crate::guard::{guard, handle};
use crate::output::Output;
use crate::status::tuleap_front_status as Status;

/// What becomes of a header.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_rewrite_action {
    /// It is sent on as it is; that may be not at all.
    TULEAP_FRONT_REWRITE_UNCHANGED = 0,
    /// One line with the parts, one after another, replaces every line.
    TULEAP_FRONT_REWRITE_PARTS = 1,
    /// One line replaces every line: the parts, and every line after the first with ", " before it.
    /// The documented rule alone does so.
    TULEAP_FRONT_REWRITE_JOINED = 2,
    /// No such header is sent on. The documented rule alone does so.
    TULEAP_FRONT_REWRITE_REMOVE = 3,
    /// The request is answered at once with http_status, and no other server sees it.
    TULEAP_FRONT_REWRITE_REJECT = 4,
}

/// A decision. Nothing is copied: the parts point into the rule, the facts and the header, and are
/// valid as long as those are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_rewrite {
    /// A tuleap_front_rewrite_action.
    pub action: u32,
    /// What to answer, 400 or 502, for REJECT; otherwise 0.
    pub http_status: u32,
    /// A tuleap_front_destination_reason.
    pub reason: u32,
    /// The parts, for PARTS and JOINED; otherwise empty.
    pub parts: [tuleap_front_str; 3],
    /// The length of the parts together; for JOINED, without the further lines.
    pub length: usize,
}

/// Writes the value of a decision PARTS or JOINED: >= 0 its length, < 0 a status, ARGUMENT for
/// another action. lines: the values of the lines that were asked about, in wire order; JOINED
/// alone reads them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_rewrite_text(
    rewrite: *const tuleap_front_rewrite,
    lines: *const tuleap_front_str,
    line_count: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the pointer.
        let rewrite = unsafe { handle(rewrite) }?;
        // SAFETY: the caller vouches for pointer and count.
        let lines = unsafe { array(lines, line_count) };
        let further = match rewrite.action {
            1 => &[],
            2 => lines.get(1..).unwrap_or_default(),
            _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
        };
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        rewrite.parts.iter().for_each(|part| out.push(part.get()));
        for line in further {
            out.push(b", ");
            out.push(line.get());
        }
        Ok(out.finish())
    })
}

impl tuleap_front_rewrite {
    /// For a caller that does not look at the status: a Destination that nobody read goes nowhere.
    pub(crate) const REFUSED: Self = Self {
        action: tuleap_front_rewrite_action::TULEAP_FRONT_REWRITE_REJECT as u32,
        http_status: 400,
        reason: tuleap_front_destination_reason::TULEAP_FRONT_DESTINATION_REASON_OTHER as u32,
        parts: [tuleap_front_str { ptr: std::ptr::null(), len: 0 }; 3],
        length: 0,
    };
}

impl From<Rewrite<'_>> for tuleap_front_rewrite {
    fn from(rewrite: Rewrite<'_>) -> Self {
        use tuleap_front_rewrite_action as Action;
        let unchanged = Self {
            action: Action::TULEAP_FRONT_REWRITE_UNCHANGED as u32,
            http_status: 0,
            reason: tuleap_front_destination_reason::TULEAP_FRONT_DESTINATION_REASON_NONE as u32,
            parts: [b"".as_slice().into(); 3],
            length: 0,
        };
        let with_parts = |action: Action, parts: [&[u8]; 3]| Self {
            action: action as u32,
            parts: parts.map(Into::into),
            length: parts.iter().map(|part| part.len()).sum(),
            ..unchanged
        };
        match rewrite {
            Rewrite::Parts(parts) => with_parts(Action::TULEAP_FRONT_REWRITE_PARTS, parts),
            Rewrite::Joined(parts) => with_parts(Action::TULEAP_FRONT_REWRITE_JOINED, parts),
            Rewrite::Remove => {
                Self { action: Action::TULEAP_FRONT_REWRITE_REMOVE as u32, ..unchanged }
            }
            Rewrite::Reject { status, reason } => Self {
                action: Action::TULEAP_FRONT_REWRITE_REJECT as u32,
                http_status: u32::from(status.as_u16()),
                reason: number(reason) as u32,
                ..unchanged
            },
            _ => unchanged,
        }
    }
}
