//! A wire for programs that cannot choose their own address.

use std::io::{self, Read, Write as _};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::thread;

use socket2::Socket;

use super::Fallible;
use super::backend::Listening;
use super::client::tcp;

/// Carries each connection on, from another address of this host; it ends with this value.
#[derive(Debug)]
pub struct Wire(Listening);

impl Wire {
    /// From `from` to `to`.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start(from: IpAddr, to: SocketAddr) -> Fallible<Self> {
        let listening = Listening::start(move |stream, _| {
            // Either end may go; the other one sees it.
            let _ = carry(stream, from, to);
        })?;
        Ok(Self(listening))
    }

    /// Where it begins.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }
}

fn carry(near: TcpStream, from: IpAddr, to: SocketAddr) -> io::Result<()> {
    let far = tcp(Some(from), to)?;
    let (mut near_in, mut far_out) = (near.try_clone()?, far.try_clone()?);
    let there = thread::spawn(move || {
        let _ = pour(&mut near_in, |bytes| far_out.write_all(bytes));
        let _ = far_out.shutdown(Shutdown::Write);
    });
    let (mut far_in, mut near_out): (Socket, TcpStream) = (far, near);
    let _ = pour(&mut far_in, |bytes| near_out.write_all(bytes));
    let _ = near_out.shutdown(Shutdown::Both);
    let _ = there.join();
    Ok(())
}

/// Each piece as soon as it is there.
fn pour(from: &mut impl Read, mut to: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            count => to(buffer.get(..count).unwrap_or_default())?,
        }
    }
}
