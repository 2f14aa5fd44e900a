//! Files below the paths that the routes name.
//!
//! Links are followed, as nginx does: who may write there decides what is sent.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use http_body_util::Either;
use http_body_util::channel::Channel;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Response, StatusCode};
use mime_guess::mime::APPLICATION_OCTET_STREAM;
use tokio::io::AsyncReadExt as _;
use tuleap_front::FileKind;

use crate::reply::{Reply, full, text};

/// Read at once: what a slow client keeps in memory, and not the file.
const PIECE: usize = 64 * 1024;

/// What a path is. It is asked while others wait, as short as that takes.
pub(crate) fn kind(path: &[u8]) -> FileKind {
    match native(path).map(fs::metadata) {
        Some(Ok(found)) if found.is_dir() => FileKind::Directory,
        Some(Ok(found)) if found.is_file() => FileKind::File,
        _ => FileKind::Missing,
    }
}

/// A file, all of it: ranges and conditions that a request has are not looked at.
pub(crate) fn response(path: &[u8], method: &Method) -> Response<Reply> {
    let Some(path) = native(path) else { return text(StatusCode::NOT_FOUND, MISSING) };
    let (file, length) = match open(path) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return text(StatusCode::FORBIDDEN, "the file may not be read");
        }
        Err(_) => return text(StatusCode::NOT_FOUND, MISSING),
    };
    let mut response = Response::new(match *method {
        Method::HEAD => full(""),
        _ => Either::Right(Either::Right(body(file, length))),
    });
    let media_type = mime_guess::from_path(path).first_raw();
    let media_type = media_type.unwrap_or_else(|| APPLICATION_OCTET_STREAM.essence_str());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

const MISSING: &str = "there is no such file";

/// A regular file and its length, asked of what was opened: the path may be another by now.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let found = file.metadata()?;
    if found.is_file() { Ok((file, found.len())) } else { Err(io::ErrorKind::NotFound.into()) }
}

/// Reads as the client takes. A file that has become shorter ends the connection.
fn body(file: File, length: u64) -> Channel<Bytes, io::Error> {
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let mut file = tokio::fs::File::from_std(file).take(length);
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            match file.read_buf(&mut piece).await {
                Ok(0) => return,
                Ok(_) if sender.send_data(piece.into()).await.is_ok() => {}
                // The client went away.
                Ok(_) => return,
                Err(error) => return sender.abort(error),
            }
        }
    });
    body
}

#[cfg(unix)]
fn native(path: &[u8]) -> Option<&Path> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    Some(Path::new(OsStr::from_bytes(path)))
}

/// Where a backslash or a colon means something, a request cannot be kept below a path this way.
#[cfg(not(unix))]
fn native(_: &[u8]) -> Option<&Path> {
    None
}
