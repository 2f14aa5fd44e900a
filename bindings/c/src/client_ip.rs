use std::ffi::c_char;
use std::net::IpAddr;
use std::num::NonZeroU8;

use tuleap_front::{AddressText, ClientIp, ClientIpResolver, Peer};

use crate::abi::{
    Lines, Values, array, bytes, optional_bytes, tuleap_front_header, tuleap_front_str,
};
use crate::guard::{give, guard, handle, store, take};
use crate::kind::{self, tuleap_front_kind};
use crate::output::{copy_out, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};
use crate::reason::{self, tuleap_front_reason};
use crate::status::tuleap_front_status as Status;
use crate::trusted_proxies::{ip_addr, tuleap_front_trusted_proxies};

/// Who is the client? Made once from configuration, asked for every request.
/// Immutable; any thread; freed by tuleap_front_client_ip_resolver_free.
#[derive(Debug)]
pub struct tuleap_front_client_ip_resolver(pub(crate) ClientIpResolver);

/// Flags for tuleap_front_client_ip_resolver_new.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_resolver_flag {
    /// With hops: whatever the peer. Whoever reaches the server directly names its own address.
    TULEAP_FRONT_RESOLVER_DANGER_ANY_PEER = 1,
}

/// The answer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_client_ip {
    /// The address in network order, in the first addr_len bytes.
    pub addr: [u8; 16],
    /// 4, 16, or 0 if there is none.
    pub addr_len: u8,
    /// A tuleap_front_kind. Look at it before giving rights.
    pub kind: u8,
    /// 1 if access rules may use the address: kind DIRECT or FORWARDED; 0 otherwise.
    pub is_certain: u8,
    /// Header entries accepted on the way to the answer, the answer's own included.
    pub hops: u8,
    /// The client's port where the hop that named it wrote one, -1 otherwise.
    pub port: i32,
    /// A tuleap_front_reason: the rule that decided.
    pub reason: u32,
}

/// Makes a resolver from a list, of which it keeps its own share.
///
/// headers: names, comma-separated, of the headers that name the client, tried in this order;
/// empty is X-Forwarded-For. More than one is risky.
/// hops: 0, or n to take the n-th entry from the right. max_hops: entries of our own walked at
/// most; 0 is 32. Both up to 255. flags: of tuleap_front_resolver_flag.
/// NULL if something is refused: then problem and message (each may be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolver_new(
    proxies: *const tuleap_front_trusted_proxies,
    headers: *const c_char,
    headers_len: usize,
    hops: u32,
    max_hops: u32,
    flags: u32,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_client_ip_resolver {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let Ok(proxies) = (unsafe { handle(proxies) }) else {
            let status = Status::TULEAP_FRONT_STATUS_NULL;
            // SAFETY: the caller vouches for the out-pointers.
            return Err(unsafe { sink.refuse(status, "the list of trusted proxies is NULL") });
        };
        // SAFETY: the caller vouches for pointer and length.
        let headers = unsafe { bytes(headers, headers_len) };
        match resolver(proxies, headers, hops, max_hops, flags) {
            Ok(resolver) => Ok(give(tuleap_front_client_ip_resolver(resolver))),
            // SAFETY: the caller vouches for the out-pointers.
            Err((status, text)) => Err(unsafe { sink.refuse(status, &text) }),
        }
    })
}

fn resolver(
    proxies: &tuleap_front_trusted_proxies,
    headers: &[u8],
    hops: u32,
    max_hops: u32,
    flags: u32,
) -> Result<ClientIpResolver, (Status, String)> {
    let any_peer = tuleap_front_resolver_flag::TULEAP_FRONT_RESOLVER_DANGER_ANY_PEER as u32;
    let refused = |text: &str| Err((Status::TULEAP_FRONT_STATUS_ARGUMENT, text.to_owned()));
    if flags & !any_peer != 0 {
        return refused("a flag that is none of tuleap_front_resolver_flag");
    }
    if flags != 0 && hops == 0 {
        return refused("danger_any_peer counts hops: give hops too");
    }
    let not_utf8 = |_| (Status::TULEAP_FRONT_STATUS_NOT_UTF8, "a header is not UTF-8".to_owned());
    let names = std::str::from_utf8(headers).map_err(not_utf8)?;
    let mut resolver = ClientIpResolver::new(proxies.0.clone())
        .with_headers(names.split(',').filter(|_| !names.trim().is_empty()))
        .map_err(|error| (Status::from(error), error.to_string()))?;
    if let Some(max_hops) = count(max_hops)? {
        resolver = resolver.with_max_hops(max_hops);
    }
    Ok(match count(hops)? {
        Some(hops) if flags & any_peer != 0 => resolver.with_danger_hops_of_any_peer(hops),
        Some(hops) => resolver.with_hops(hops),
        None => resolver,
    })
}

/// A count up to 255; 0 is none.
pub(crate) fn count(number: u32) -> Result<Option<NonZeroU8>, (Status, String)> {
    let too_high = |_| (Status::TULEAP_FRONT_STATUS_ARGUMENT, format!("{number} is above 255"));
    u8::try_from(number).map(NonZeroU8::new).map_err(too_high)
}

/// Frees a resolver; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolver_free(
    resolver: *mut tuleap_front_client_ip_resolver,
) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(resolver) }
}

/// May this peer's headers be read? peer: an address or unix: as text. 1 yes, 0 no; < 0 a status,
/// PEER_NOT_AN_ADDRESS for a peer that is neither.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolver_trusts(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
) -> i32 {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        Ok(i32::from(
            resolver.0.trusts(peer.ok_or(Status::TULEAP_FRONT_STATUS_PEER_NOT_AN_ADDRESS)?),
        ))
    })
}

/// How many things about the resolver are risky; < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolver_warning_count(
    resolver: *const tuleap_front_client_ip_resolver,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let count = unsafe { handle(resolver) }?.0.warnings().len();
        isize::try_from(count).map_err(|_| Status::TULEAP_FRONT_STATUS_ARGUMENT)
    })
}

/// The index-th warning, from 0: 0 if problem and message (each may be NULL) were written,
/// < 0 a status, ARGUMENT for an index that is too high.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolver_warning(
    resolver: *const tuleap_front_client_ip_resolver,
    index: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let warnings = unsafe { handle(resolver) }?.0.warnings();
        let warning = warnings.get(index).ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        let sink = Sink { problem, message, cap: message_cap };
        // SAFETY: the caller vouches for the out-pointers.
        unsafe { sink.refuse((*warning).into(), &warning.to_string()) };
        Ok(0)
    })
}

/// Answers for a request whose peer is text: a bare address, or unix:; NULL or anything else is
/// an unknown peer. values: the values of the header that names the client, one per line of it,
/// in wire order; with several headers, those of the first one. 0 if *out is the answer, < 0 a
/// status; *out is then of kind NONE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolve(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    values: *const tuleap_front_str,
    value_count: usize,
    out: *mut tuleap_front_client_ip,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_client_ip::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and count.
        let values = unsafe { array(values, value_count) };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, answer(resolver, peer, values).into()) };
        Ok(0)
    })
}

/// Answers for a request whose peer is an address of 4 or 16 bytes in network order; NULL or no
/// bytes are an unknown peer (a local socket is "unix:" of tuleap_front_client_ip_resolve).
/// Otherwise as tuleap_front_client_ip_resolve.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolve_addr(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    values: *const tuleap_front_str,
    value_count: usize,
    out: *mut tuleap_front_client_ip,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(out, tuleap_front_client_ip::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = match unsafe { optional_bytes(peer, peer_len) } {
            None | Some([]) => None,
            Some(address) => Some(Peer::from(ip_addr(address)?)),
        };
        // SAFETY: the caller vouches for pointer and count.
        let values = unsafe { array(values, value_count) };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, answer(resolver, peer, values).into()) };
        Ok(0)
    })
}

/// One line is what nearly every request has, and then nothing is collected or looked for.
#[inline]
fn answer(
    resolver: &tuleap_front_client_ip_resolver,
    peer: Option<Peer>,
    values: &[tuleap_front_str],
) -> ClientIp {
    match values {
        [] => resolver.0.resolve_values(peer, &[]),
        [value] => resolver.0.resolve_values(peer, &[value.get()]),
        values => resolver.0.resolve(peer, &Values(values)),
    }
}

/// For languages that want text: one value (NULL if the header is absent), the answer in *answer,
/// and its address as text in out, whatever its kind: >= 0 its length, < 0 a status, NO_ADDRESS if
/// there is none. The text does not say how sure it is: look at is_certain before giving rights.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_resolve_text(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    value: *const c_char,
    value_len: usize,
    answer: *mut tuleap_front_client_ip,
    out: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(answer, tuleap_front_client_ip::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        if answer.is_null() {
            return Err(Status::TULEAP_FRONT_STATUS_NULL);
        }
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and length.
        let value = unsafe { optional_bytes(value, value_len) };
        let client = resolver.0.resolve_values(peer, value.as_slice());
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(answer, client.into()) };
        let address = client.addr_for_log().ok_or(Status::TULEAP_FRONT_STATUS_NO_ADDRESS)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(AddressText::new(address).as_bytes(), out, cap) })
    })
}

/// Writes the address of an answer as text: >= 0 its length (at most 45), < 0 a status,
/// NO_ADDRESS if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_text(
    answer: *const tuleap_front_client_ip,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the pointer.
        let address = unsafe { handle(answer) }?.address();
        let address = address.ok_or(Status::TULEAP_FRONT_STATUS_NO_ADDRESS)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(AddressText::new(address).as_bytes(), out, cap) })
    })
}

/// Writes the name, lower case, of the header that the answer is read from: >= 0 its length, 0 if
/// no header counts or none is there, < 0 a status. headers: lines of the request in wire order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_source(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        let source = resolver.0.source(peer, &lines);
        let name = source.map_or("", |header| header.name().as_str());
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(name.as_bytes(), out, cap) })
    })
}

/// How the functions that explain write.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_format {
    /// Aligned lines for people.
    TULEAP_FRONT_FORMAT_TEXT = 0,
    /// One JSON object.
    TULEAP_FRONT_FORMAT_JSON = 1,
}

/// Writes the answer with the steps that lead to it. headers: every line of the request in wire
/// order. format: a tuleap_front_format. >= 0 the length, < 0 a status. Not for every request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_ip_explain(
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        // SAFETY: the caller vouches for pointer and length.
        let explanation = match unsafe { optional_bytes(peer, peer_len) } {
            Some(peer) => resolver.0.explain_text(peer, &lines),
            None => resolver.0.explain(None, &lines),
        };
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

impl tuleap_front_client_ip {
    /// Nobody: what a caller finds who does not look at the status.
    pub(crate) const NONE: Self = Self {
        addr: [0; 16],
        addr_len: 0,
        kind: tuleap_front_kind::TULEAP_FRONT_KIND_NONE as u8,
        is_certain: 0,
        hops: 0,
        port: -1,
        reason: tuleap_front_reason::TULEAP_FRONT_REASON_OTHER as u32,
    };

    fn address(&self) -> Option<IpAddr> {
        ip_addr(self.addr.get(..usize::from(self.addr_len))?).ok()
    }
}

/// Back again: ARGUMENT for a kind or a reason that is none.
impl TryFrom<&tuleap_front_client_ip> for ClientIp {
    type Error = Status;

    fn try_from(client: &tuleap_front_client_ip) -> Result<Self, Status> {
        let kind = kind::by_number(u32::from(client.kind));
        let parts = kind.zip(reason::by_number(client.reason));
        let (kind, reason) = parts.ok_or(Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        Ok(Self::from_parts(kind, client.address(), reason))
    }
}

impl From<ClientIp> for tuleap_front_client_ip {
    #[inline]
    fn from(client: ClientIp) -> Self {
        let mut addr = [0; 16];
        let addr_len = match client.addr_for_log() {
            Some(IpAddr::V4(address)) => {
                addr.iter_mut().zip(address.octets()).for_each(|(to, byte)| *to = byte);
                4
            }
            Some(IpAddr::V6(address)) => {
                addr = address.octets();
                16
            }
            None => 0,
        };
        Self {
            addr,
            addr_len,
            kind: kind::number(client.kind()) as u8,
            is_certain: u8::from(client.kind().is_certain()),
            hops: client.hops(),
            port: client.port().map_or(-1, i32::from),
            reason: reason::number(client.reason()) as u32,
        }
    }
}
