use std::ffi::c_char;

use tuleap_front::{
    ClientIp, ForwardedHeaders, ForwardedHop, Guide, HopDirective, HopFacts, HopField, HopOutput,
    NginxAddr, Origin, Peer, StripReason,
};

use crate::abi::{Lines, array, bytes, optional_bytes, tuleap_front_header};
use crate::client_ip::{tuleap_front_client_ip, tuleap_front_client_ip_resolver};
use crate::guard::{give, guard, handle, store, take};
use crate::origin::{scheme_of, tuleap_front_local, tuleap_front_origin_policy};
use crate::output::Output;
use crate::status::tuleap_front_status as Status;

/// What the next server is told. Immutable; any thread; freed by
/// tuleap_front_forwarded_hop_free.
#[derive(Debug)]
pub struct tuleap_front_forwarded_hop(ForwardedHop);

/// Whose lines a hop writes.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_style {
    /// One certain address, scheme and host; every other forwarding header is stripped.
    TULEAP_FRONT_STYLE_RECOMMENDED = 0,
    /// The four proxy_set_header lines of the deployment guide.
    TULEAP_FRONT_STYLE_DOCUMENTED = 1,
}

/// A header that a hop writes: an index into tuleap_front_hop_headers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_field {
    /// X-Real-IP
    TULEAP_FRONT_FIELD_REAL_IP = 0,
    /// X-Forwarded-For
    TULEAP_FRONT_FIELD_FORWARDED_FOR = 1,
    /// X-Forwarded-Proto
    TULEAP_FRONT_FIELD_PROTO = 2,
    /// Host
    TULEAP_FRONT_FIELD_HOST = 3,
}

/// What a hop does with one header; and, as a length in tuleap_front_hop_headers, what to do.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_directive {
    /// Replace every line by one.
    TULEAP_FRONT_DIRECTIVE_WRITE = 0,
    /// Let the client's own lines pass.
    TULEAP_FRONT_DIRECTIVE_KEEP = -1,
    /// Send no such header.
    TULEAP_FRONT_DIRECTIVE_REMOVE = -2,
}

/// Where each header's value stands in the buffer, by tuleap_front_field.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_hop_headers {
    /// The first byte of the value in the buffer.
    pub offset: [usize; 4],
    /// >= 0 the length of the value; otherwise DIRECTIVE_KEEP or DIRECTIVE_REMOVE.
    pub length: [isize; 4],
}

/// Makes a hop. style: a tuleap_front_style; then what to do with each header, a
/// tuleap_front_directive. NULL for a number that has no meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_new(
    style: u32,
    real_ip: i32,
    forwarded_for: i32,
    proto: i32,
    host: i32,
) -> *mut tuleap_front_forwarded_hop {
    guard(|| {
        let mut hop = match style {
            0 => ForwardedHop::recommended(),
            1 => ForwardedHop::documented(Guide::ReverseProxy),
            _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
        };
        for (field, number) in HopField::ALL.into_iter().zip([real_ip, forwarded_for, proto, host])
        {
            hop = hop.with(field, directive(number)?);
        }
        Ok(give(tuleap_front_forwarded_hop(hop)))
    })
}

fn directive(number: i32) -> Result<HopDirective, Status> {
    match number {
        0 => Ok(HopDirective::Write),
        -1 => Ok(HopDirective::Keep),
        -2 => Ok(HopDirective::Remove),
        _ => Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }
}

/// The same hop, which strips the headers that this resolver reads, too. NULL for a NULL handle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_for_resolver(
    hop: *const tuleap_front_forwarded_hop,
    resolver: *const tuleap_front_client_ip_resolver,
) -> *mut tuleap_front_forwarded_hop {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let hop = unsafe { handle(hop) }?;
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        Ok(give(tuleap_front_forwarded_hop(hop.0.clone().for_resolver(&resolver.0))))
    })
}

/// Frees a hop; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_free(hop: *mut tuleap_front_forwarded_hop) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(hop) }
}

/// Is a client's header with this name kept from the next server? 1 yes, 0 no; < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_strips(
    hop: *const tuleap_front_forwarded_hop,
    name: *const c_char,
    name_len: usize,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let hop = unsafe { handle(hop) }?;
        // SAFETY: the caller vouches for pointer and length.
        Ok(i32::from(hop.0.strips(unsafe { bytes(name, name_len) })))
    })
}

/// Why a client's header with this name is kept from the next server: a stable name such as
/// "forwarded-hop/alias"; NULL if it is not kept, or for a NULL hop. Static: not to be freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_strip_code(
    hop: *const tuleap_front_forwarded_hop,
    name: *const c_char,
    name_len: usize,
) -> *const c_char {
    let code: *mut c_char = guard(|| {
        // SAFETY: the caller vouches for the handle.
        let hop = unsafe { handle(hop) }?;
        // SAFETY: the caller vouches for pointer and length.
        let reason = hop.0.strip_reason(unsafe { bytes(name, name_len) });
        let code = match reason {
            None => return Ok(std::ptr::null_mut()),
            Some(StripReason::Alias) => c"forwarded-hop/alias",
            Some(StripReason::Replaced) => c"forwarded-hop/replaced",
            Some(_) => c"forwarded-hop/claim",
        };
        Ok(code.as_ptr().cast_mut())
    });
    code
}

/// Writes the values of the four headers into out, one after the other, and their places into
/// *values. peer: the address the server itself shows, or unix:. >= 0 the length of all values
/// together, < 0 a status, PEER_NOT_AN_ADDRESS for a peer that is neither. The length of a Host
/// that is not an allowed one is DIRECTIVE_REMOVE: answer 400 or 421.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_headers(
    hop: *const tuleap_front_forwarded_hop,
    resolver: *const tuleap_front_client_ip_resolver,
    policy: *const tuleap_front_origin_policy,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    local: *const tuleap_front_local,
    values: *mut tuleap_front_hop_headers,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let hop = unsafe { handle(hop) }?;
        // SAFETY: the caller vouches for the handle.
        let resolver = &unsafe { handle(resolver) }?.0;
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer_text = unsafe { bytes(peer, peer_len) };
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        // SAFETY: the caller vouches for the pointer and what it points at.
        let local = unsafe { handle(local) }?.origin()?;
        let peer = Peer::parse(peer_text).ok_or(Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS)?;
        let (client, forwarded) = ForwardedHeaders::read(resolver, Some(peer), &lines);
        let facts = HopFacts {
            client,
            origin: &policy.0.origin(forwarded.as_ref(), &local),
            local: &local,
            remote_addr: Some(shown(peer, peer_text)),
        };
        // SAFETY: the caller vouches for the out-pointers.
        Ok(unsafe { write(&hop.0, &facts, &lines, values, out, cap) })
    })
}

/// As tuleap_front_forwarded_hop_headers for a hop that does not write Host, from answers that
/// are there: those of tuleap_front_client_and_origin, and the listener's own scheme.
/// remote_addr: the address the server shows, or unix:; NULL where it is not known, or for the
/// recommended style, which does not say it. ARGUMENT for a hop that writes Host.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_forwarded_hop_values(
    hop: *const tuleap_front_forwarded_hop,
    client: *const tuleap_front_client_ip,
    scheme: u32,
    local_scheme: u32,
    remote_addr: *const c_char,
    remote_addr_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    values: *mut tuleap_front_hop_headers,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let hop = unsafe { handle(hop) }?;
        if hop.0.directive(HopField::Host) == HopDirective::Write {
            return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT);
        }
        // SAFETY: the caller vouches for the pointer.
        let client = ClientIp::try_from(unsafe { handle(client) }?)?;
        // SAFETY: the caller vouches for pointer and length.
        let remote_addr = match unsafe { optional_bytes(remote_addr, remote_addr_len) } {
            None => None,
            Some(text) => {
                let peer = Peer::parse(text);
                let peer = peer.ok_or(Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS)?;
                Some(shown(peer, text))
            }
        };
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        let facts = HopFacts {
            client,
            origin: &Origin::new(scheme_of(scheme)?, None, 0),
            local: &Origin::new(scheme_of(local_scheme)?, None, 0),
            remote_addr,
        };
        // SAFETY: the caller vouches for the out-pointers.
        Ok(unsafe { write(&hop.0, &facts, &lines, values, out, cap) })
    })
}

/// The address as nginx shows it, which is not always as we do.
fn shown(peer: Peer, text: &[u8]) -> NginxAddr {
    match peer {
        Peer::Ip(address) if address.is_ipv4() && !text.contains(&b':') => address.into(),
        Peer::Ip(address) => NginxAddr::parse(text).unwrap_or_else(|| address.into()),
        Peer::UnixSocket => NginxAddr::UnixSocket,
    }
}

/// Writes the values and their places; returns the length of all.
unsafe fn write(
    hop: &ForwardedHop,
    facts: &HopFacts<'_>,
    lines: &Lines<'_>,
    values: *mut tuleap_front_hop_headers,
    out: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the buffer.
    let mut spans = Spans::new(unsafe { Output::new(out, cap) });
    hop.write(facts, lines, &mut spans);
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(values, spans.values) };
    spans.text.finish()
}

/// The caller's buffer, and where each value stands in it.
struct Spans<'a> {
    text: Output<'a>,
    values: tuleap_front_hop_headers,
    /// The header that is being written.
    field: HopField,
}

impl<'a> Spans<'a> {
    const fn new(text: Output<'a>) -> Self {
        let values = tuleap_front_hop_headers { offset: [0; 4], length: [0; 4] };
        Self { text, values, field: HopField::RealIp }
    }
}

impl HopOutput for Spans<'_> {
    fn header(&mut self, field: HopField, directive: HopDirective) {
        self.field = field;
        let place = field_number(field) as usize;
        if let Some(offset) = self.values.offset.get_mut(place) {
            *offset = self.text.len();
        }
        if let Some(length) = self.values.length.get_mut(place) {
            *length = directive_number(directive) as isize;
        }
    }

    fn value(&mut self, piece: &[u8]) {
        self.text.push(piece);
        if let Some(length) = self.values.length.get_mut(field_number(self.field) as usize) {
            *length = length.saturating_add_unsigned(piece.len());
        }
    }
}

const fn field_number(field: HopField) -> tuleap_front_field {
    match field {
        HopField::RealIp => tuleap_front_field::TULEAP_FRONT_FIELD_REAL_IP,
        HopField::ForwardedFor => tuleap_front_field::TULEAP_FRONT_FIELD_FORWARDED_FOR,
        HopField::Proto => tuleap_front_field::TULEAP_FRONT_FIELD_PROTO,
        HopField::Host => tuleap_front_field::TULEAP_FRONT_FIELD_HOST,
    }
}

const fn directive_number(directive: HopDirective) -> tuleap_front_directive {
    match directive {
        HopDirective::Write => tuleap_front_directive::TULEAP_FRONT_DIRECTIVE_WRITE,
        HopDirective::Keep => tuleap_front_directive::TULEAP_FRONT_DIRECTIVE_KEEP,
        HopDirective::Remove => tuleap_front_directive::TULEAP_FRONT_DIRECTIVE_REMOVE,
    }
}
