use std::ffi::c_char;

use tuleap_front::{
    AllowedHosts, AllowedHostsError, ForwardedHeaders, Host, Note, Origin, OriginPolicy, Peer,
    Scheme,
};

use crate::abi::{Lines, array, bytes, tuleap_front_header, tuleap_front_str};
use crate::client_ip::{count, tuleap_front_client_ip, tuleap_front_client_ip_resolver};
use crate::guard::{give, guard, handle, store, take};
use crate::output::copy_out;
use crate::problem::{Sink, tuleap_front_problem};
use crate::status::tuleap_front_status as Status;

/// Which facts about the origin may come from a trusted peer's headers.
/// Immutable; any thread; freed by tuleap_front_origin_policy_free.
#[derive(Debug)]
pub struct tuleap_front_origin_policy(pub(crate) OriginPolicy);

/// Flags for tuleap_front_origin_policy_new.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_origin_flag {
    /// Leave the listener's scheme as it is.
    TULEAP_FRONT_ORIGIN_KEEP_SCHEME = 1,
    /// Read X-Forwarded-Host, or host= of Forwarded; allowed_hosts must not be empty.
    TULEAP_FRONT_ORIGIN_READ_HOST = 2,
    /// Read X-Forwarded-Port.
    TULEAP_FRONT_ORIGIN_READ_PORT = 4,
}

/// The client's protocol.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_scheme {
    /// Without TLS.
    TULEAP_FRONT_SCHEME_HTTP = 0,
    /// With TLS.
    TULEAP_FRONT_SCHEME_HTTPS = 1,
}

/// Side remarks on an origin, as bits.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_note {
    /// The forwarded scheme is not http or https, so the listener's own was used.
    TULEAP_FRONT_NOTE_PROTO_INVALID = 1,
    /// X-Forwarded-Proto has fewer values than proto_hops.
    TULEAP_FRONT_NOTE_PROTO_TOO_FEW = 2,
    /// The host is not an allowed one.
    TULEAP_FRONT_NOTE_HOST_NOT_ALLOWED = 4,
    /// The host is malformed.
    TULEAP_FRONT_NOTE_HOST_INVALID = 8,
    /// The forwarded port is not a number from 1 to 65535.
    TULEAP_FRONT_NOTE_PORT_INVALID = 16,
}

/// What a listener knows by itself, before any header is read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_local {
    /// A tuleap_front_scheme.
    pub scheme: u32,
    /// The listener's port.
    pub port: u32,
    /// The request's host, with its port if it has one.
    pub host: tuleap_front_str,
}

/// Scheme and port by which the client reached the site.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_origin {
    /// A tuleap_front_scheme.
    pub scheme: u32,
    /// The port.
    pub port: u32,
    /// Bits of tuleap_front_note.
    pub notes: u32,
}

/// Makes a policy. flags: of tuleap_front_origin_flag. proto_hops: the n-th value of
/// X-Forwarded-Proto from the right, up to 255; 0 is the right-most. allowed_hosts: names, and
/// .example.org for a domain and below, with commas or white space between them; empty allows any
/// host of the listener's own. NULL if something is refused: then problem and message (each may
/// be NULL) say what.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_origin_policy_new(
    flags: u32,
    proto_hops: u32,
    allowed_hosts: *const c_char,
    allowed_hosts_len: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_origin_policy {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.begin() };
    guard(|| {
        // SAFETY: the caller vouches for pointer and length.
        let hosts = unsafe { bytes(allowed_hosts, allowed_hosts_len) };
        match policy(flags, proto_hops, hosts) {
            Ok(policy) => Ok(give(tuleap_front_origin_policy(policy))),
            Err((status, entry, text)) => {
                let problem = tuleap_front_problem::new(status, entry);
                // SAFETY: the caller vouches for the out-pointers.
                Err(unsafe { sink.report(problem, &text) })
            }
        }
    })
}

/// What is wrong, in which entry, in words.
type Refused = (Status, usize, String);

fn policy(flags: u32, proto_hops: u32, hosts: &[u8]) -> Result<OriginPolicy, Refused> {
    if flags > 7 {
        let text = "a flag that is not known".to_owned();
        return Err((Status::TULEAP_FRONT_STATUS_ARGUMENT, usize::MAX, text));
    }
    let is_set = |flag: tuleap_front_origin_flag| flags & flag as u32 != 0;
    let mut policy = OriginPolicy::default();
    let refused = |(status, text)| (status, usize::MAX, text);
    if let Some(proto_hops) = count(proto_hops).map_err(refused)? {
        policy = policy.with_proto_hops(proto_hops);
    }
    if is_set(tuleap_front_origin_flag::TULEAP_FRONT_ORIGIN_KEEP_SCHEME) {
        policy = policy.without_forwarded_scheme();
    }
    if is_set(tuleap_front_origin_flag::TULEAP_FRONT_ORIGIN_READ_PORT) {
        policy = policy.with_forwarded_port();
    }
    let reads_host = is_set(tuleap_front_origin_flag::TULEAP_FRONT_ORIGIN_READ_HOST);
    let not_utf8 =
        |_| (Status::TULEAP_FRONT_STATUS_NOT_UTF8, usize::MAX, "a host is not UTF-8".to_owned());
    let hosts = std::str::from_utf8(hosts).map_err(not_utf8)?;
    let names = || hosts.split([',', ' ', '\t', '\r', '\n']).filter(|name| !name.is_empty());
    if !reads_host && names().next().is_none() {
        return Ok(policy);
    }
    let hosts = AllowedHosts::new(names()).map_err(|error| {
        let entry = match error {
            AllowedHostsError::Host { entry } => entry,
            _ => usize::MAX,
        };
        (error.into(), entry, error.to_string())
    })?;
    Ok(if reads_host {
        policy.with_forwarded_host(hosts)
    } else {
        policy.with_allowed_hosts(hosts)
    })
}

/// Frees a policy; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_origin_policy_free(policy: *mut tuleap_front_origin_policy) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(policy) }
}

/// The origin of a request: *origin (may be NULL) is written, and the host in out: >= 0 its
/// length, < 0 a status. HOST_REFUSED: *origin is valid all the same; answer 400 or 421.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_origin_resolve(
    policy: *const tuleap_front_origin_policy,
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    local: *const tuleap_front_local,
    origin: *mut tuleap_front_origin,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        // SAFETY: the caller vouches for the pointer and what it points at.
        let local = unsafe { handle(local) }?.origin()?;
        let forwarded = ForwardedHeaders::from_trusted(&resolver.0, peer, &lines);
        let explanation = policy.0.explain(forwarded.as_ref(), &local);
        let answer = tuleap_front_origin::new(explanation.origin(), explanation.notes());
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(origin, answer) };
        let host = explanation.origin().host().ok_or(Status::TULEAP_FRONT_STATUS_HOST_REFUSED)?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(host.as_bytes(), out, cap) })
    })
}

/// Client and origin of a request in one walk over its headers, for servers that ask both and
/// leave the host alone: local->host may be empty. peer: an address or unix:. 0 if *client and
/// *origin are the answers, < 0 a status; *client is then of kind NONE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_client_and_origin(
    policy: *const tuleap_front_origin_policy,
    resolver: *const tuleap_front_client_ip_resolver,
    peer: *const c_char,
    peer_len: usize,
    headers: *const tuleap_front_header,
    header_count: usize,
    local: *const tuleap_front_local,
    client: *mut tuleap_front_client_ip,
    origin: *mut tuleap_front_origin,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(client, tuleap_front_client_ip::NONE) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let policy = unsafe { handle(policy) }?;
        // SAFETY: the caller vouches for the handle.
        let resolver = unsafe { handle(resolver) }?;
        // SAFETY: the caller vouches for pointer and length.
        let peer = Peer::parse(unsafe { bytes(peer, peer_len) });
        // SAFETY: the caller vouches for pointer and count.
        let lines = Lines(unsafe { array(headers, header_count) });
        // SAFETY: the caller vouches for the pointer and what it points at.
        let local = unsafe { handle(local) }?.origin()?;
        let (who, forwarded) = ForwardedHeaders::read(&resolver.0, peer, &lines);
        let explanation = policy.0.explain(forwarded.as_ref(), &local);
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(client, who.into()) };
        let answer = tuleap_front_origin::new(explanation.origin(), explanation.notes());
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(origin, answer) };
        Ok(0)
    })
}

impl tuleap_front_local {
    /// The listener's origin.
    pub(crate) fn origin(&self) -> Result<Origin<'_>, Status> {
        let scheme = scheme_of(self.scheme)?;
        let port = u16::try_from(self.port).map_err(|_| Status::TULEAP_FRONT_STATUS_ARGUMENT)?;
        // SAFETY: the caller of the C function vouches for the text.
        let host = unsafe { bytes(self.host.ptr, self.host.len) };
        Ok(Origin::new(scheme, Host::parse(host), port))
    }
}

/// The protocol with this number.
pub(crate) const fn scheme_of(number: u32) -> Result<Scheme, Status> {
    match number {
        0 => Ok(Scheme::Http),
        1 => Ok(Scheme::Https),
        _ => Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
    }
}

impl tuleap_front_origin {
    fn new(origin: &Origin<'_>, notes: &[Note]) -> Self {
        let scheme = match origin.scheme() {
            Scheme::Http => tuleap_front_scheme::TULEAP_FRONT_SCHEME_HTTP,
            Scheme::Https => tuleap_front_scheme::TULEAP_FRONT_SCHEME_HTTPS,
        };
        let notes = notes.iter().fold(0, |bits, note| bits | bit(*note));
        Self { scheme: scheme as u32, port: u32::from(origin.port()), notes }
    }
}

fn bit(note: Note) -> u32 {
    match note {
        Note::ProtoInvalid => tuleap_front_note::TULEAP_FRONT_NOTE_PROTO_INVALID as u32,
        Note::ProtoTooFew => tuleap_front_note::TULEAP_FRONT_NOTE_PROTO_TOO_FEW as u32,
        Note::HostNotAllowed => tuleap_front_note::TULEAP_FRONT_NOTE_HOST_NOT_ALLOWED as u32,
        Note::HostInvalid => tuleap_front_note::TULEAP_FRONT_NOTE_HOST_INVALID as u32,
        Note::PortInvalid => tuleap_front_note::TULEAP_FRONT_NOTE_PORT_INVALID as u32,
        _ => 0,
    }
}
