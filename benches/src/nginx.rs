//! nginx's own walk, compiled from nginx's sources by the build script.
#![expect(unsafe_code, reason = "the peer is C")]

use std::ffi::{c_char, c_int, c_void};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::NonNull;

use ipnet::IpNet;

/// A list of trusted networks and a peer, ready for walks.
pub(crate) struct NginxWalk(NonNull<c_void>);

/// Where a walk left its answer; it lasts until the next walk.
#[derive(Clone, Copy)]
pub(crate) struct NginxAnswer(*const c_void);

const AF_INET: c_int = 2;
const AF_INET6: c_int = 10;

#[repr(C)]
#[derive(Default)]
struct Network {
    family: c_int,
    address: [u8; 16],
    mask: [u8; 16],
}

unsafe extern "C" {
    fn bench_nginx_new(peer: *const Network, networks: *const Network, count: usize)
    -> *mut c_void;
    fn bench_nginx_walk(bench: *mut c_void, value: *const u8, length: usize) -> *const c_void;
    fn bench_nginx_read(answer: *const c_void, out: *mut Network);
    fn bench_nginx_free(bench: *mut c_void);
    fn inet_pton(family: c_int, text: *const c_char, address: *mut c_void) -> c_int;
}

impl NginxWalk {
    pub(crate) fn new(networks: &[IpNet], peer: IpAddr) -> Option<Self> {
        let networks: Vec<Network> = networks.iter().copied().map(Network::from).collect();
        let peer = Network::from(IpNet::from(peer));
        // SAFETY: peer and networks live during the call, which copies them; the count is theirs.
        let bench = unsafe { bench_nginx_new(&raw const peer, networks.as_ptr(), networks.len()) };
        NonNull::new(bench).map(Self)
    }

    /// Walks one header value.
    #[inline]
    pub(crate) fn walk(&mut self, value: &[u8]) -> NginxAnswer {
        // SAFETY: the walk is ours alone, and nginx only reads the value.
        let answer = unsafe { bench_nginx_walk(self.0.as_ptr(), value.as_ptr(), value.len()) };
        NginxAnswer(answer)
    }

    /// Walks one header value and reads the answer, which is not part of what is timed.
    pub(crate) fn client(&mut self, value: &[u8]) -> IpAddr {
        let answer = self.walk(value);
        let mut network = Network::default();
        // SAFETY: no walk has happened since; both pointers are valid.
        unsafe { bench_nginx_read(answer.0, &raw mut network) };
        network.address()
    }
}

impl Drop for NginxWalk {
    fn drop(&mut self) {
        // SAFETY: it came from bench_nginx_new and is freed once.
        unsafe { bench_nginx_free(self.0.as_ptr()) };
    }
}

impl Network {
    fn address(&self) -> IpAddr {
        let [a, b, c, d, ..] = self.address;
        if self.family == AF_INET {
            Ipv4Addr::new(a, b, c, d).into()
        } else {
            Ipv6Addr::from(self.address).into()
        }
    }
}

impl From<IpNet> for Network {
    fn from(network: IpNet) -> Self {
        match network {
            IpNet::V4(net) => Self {
                family: AF_INET,
                address: first_four(net.network()),
                mask: first_four(net.netmask()),
            },
            IpNet::V6(net) => Self {
                family: AF_INET6,
                address: net.network().octets(),
                mask: net.netmask().octets(),
            },
        }
    }
}

fn first_four(address: Ipv4Addr) -> [u8; 16] {
    let [a, b, c, d] = address.octets();
    [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// The C library's strict reader, for a family that is known beforehand.
#[inline]
pub(crate) fn pton(text: &std::ffi::CStr, is_ipv4: bool) -> Option<IpAddr> {
    let mut octets = [0_u8; 16];
    let family = if is_ipv4 { AF_INET } else { AF_INET6 };
    // SAFETY: the text ends with NUL, and an address of either family fits.
    let status = unsafe { inet_pton(family, text.as_ptr(), octets.as_mut_ptr().cast()) };
    let network = Network { family, address: octets, mask: [0; 16] };
    (status == 1).then(|| network.address())
}
