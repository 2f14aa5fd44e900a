use tuleap_front::SshStream;

use crate::guard::{guard, store};

/// The numbers of the proxy for ssh, which is nginx's stream and no HTTP. Times are milliseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_ssh_stream {
    /// The port of the front.
    pub listen: u16,
    /// max_fails
    pub max_fails: u32,
    /// fail_timeout
    pub fail_timeout: u64,
    /// proxy_connect_timeout
    pub connect_timeout: u64,
    /// proxy_timeout
    pub timeout: u64,
}

/// Gives the numbers of the deployment guide: 0 if *out has them, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_ssh_stream_documented(
    out: *mut tuleap_front_ssh_stream,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { give(out, SshStream::documented) }
}

/// Gives the numbers that are right today: 0 if *out has them, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_ssh_stream_recommended(
    out: *mut tuleap_front_ssh_stream,
) -> i32 {
    // SAFETY: the caller vouches for the pointer.
    unsafe { give(out, SshStream::recommended) }
}

unsafe fn give(out: *mut tuleap_front_ssh_stream, of: fn() -> SshStream) -> i32 {
    guard(|| {
        let stream = of();
        let millis =
            |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let numbers = tuleap_front_ssh_stream {
            listen: stream.listen,
            max_fails: stream.max_fails,
            fail_timeout: millis(stream.fail_timeout),
            connect_timeout: millis(stream.connect_timeout),
            timeout: millis(stream.timeout),
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(out, numbers) };
        Ok(0)
    })
}
