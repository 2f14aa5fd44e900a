//! Random networks and addresses, the same in every run.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use tuleap_front::TrustedProxies;

use crate::Fallible;

/// An address family.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Family {
    Ipv4,
    Ipv6,
}

/// A generator of numbers that look random: xorshift64*.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        ((self.next() >> 32) * limit) >> 32
    }

    fn ipv4(&mut self) -> Ipv4Addr {
        // Unicast, and neither 0/8 nor the 10/8 and 127/8 of our own proxies.
        loop {
            let address = Ipv4Addr::from_bits((self.next() >> 32) as u32);
            if !matches!(address.octets(), [0 | 10 | 127 | 224.., ..]) {
                return address;
            }
        }
    }

    /// In 2000::/3, where the addresses of the internet are.
    fn ipv6(&mut self) -> Ipv6Addr {
        let bits = u128::from(self.next()) << 64 | u128::from(self.next());
        Ipv6Addr::from_bits(bits >> 3 | 1 << 125)
    }

    fn address(&mut self, family: Family) -> IpAddr {
        match family {
            Family::Ipv4 => self.ipv4().into(),
            Family::Ipv6 => self.ipv6().into(),
        }
    }

    /// IPv4: /16 to /32. IPv6: /32 to /64, every fourth one host.
    fn network(&mut self, family: Family) -> Fallible<IpNet> {
        let length = match family {
            Family::Ipv4 => 16 + self.below(17),
            Family::Ipv6 if self.below(4) == 0 => 128,
            Family::Ipv6 => 32 + self.below(33),
        };
        Ok(IpNet::new(self.address(family), u8::try_from(length)?)?.trunc())
    }

    fn host_in(&mut self, network: IpNet) -> IpAddr {
        match network {
            IpNet::V4(net) => {
                let host = self.ipv4().to_bits() & net.hostmask().to_bits();
                Ipv4Addr::from_bits(net.network().to_bits() | host).into()
            }
            IpNet::V6(net) => {
                let host = self.ipv6().to_bits() & net.hostmask().to_bits();
                Ipv6Addr::from_bits(net.network().to_bits() | host).into()
            }
        }
    }
}

/// Networks of one family, spread over its space.
pub(crate) fn networks(count: usize, family: Family) -> Fallible<Vec<IpNet>> {
    let mut random = Random::new();
    (0..count).map(|_| random.network(family)).collect()
}

/// Addresses in random order, half of them inside of a network; each with the answer.
pub(crate) fn half_inside(networks: &[IpNet], family: Family) -> Fallible<Vec<(IpAddr, bool)>> {
    let trusted = TrustedProxies::from_networks(networks.iter().copied())?;
    let mut random = Random::new();
    let mut addresses = Vec::new();
    while addresses.len() < 4_096 {
        if random.below(2) == 0 {
            let index = random.below(networks.len() as u64) as usize;
            let network = networks.get(index).ok_or("no network")?;
            addresses.push((random.host_in(*network), true));
        } else {
            let outside = std::iter::repeat_with(|| random.address(family));
            let outside = outside.take(1_000).find(|address| !trusted.contains(*address));
            addresses.push((outside.ok_or("no address is outside")?, false));
        }
    }
    Ok(addresses)
}

/// Address texts as they stand in headers: IPv6 full, with a short middle, and of one interface.
pub(crate) fn texts(family: Family) -> Vec<(String, Option<IpAddr>)> {
    let mut random = Random::new();
    let mut text = move || {
        let address = match family {
            Family::Ipv4 => random.ipv4().into(),
            Family::Ipv6 => {
                let kept = [u128::MAX, !0 << 64 | 0xffff, !0 << 80 | 0xff_ffff];
                let mask = kept.get(random.below(3) as usize).copied().unwrap_or(u128::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(random.ipv6().to_bits() & mask))
            }
        };
        (address.to_string(), Some(address))
    };
    std::iter::repeat_with(&mut text).take(1_024).collect()
}
