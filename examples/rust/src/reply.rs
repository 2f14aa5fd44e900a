//! What the front itself answers.

use std::io;

use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};

/// A body that comes from elsewhere, a text of our own, or a file.
pub(crate) type Reply = Either<Incoming, Either<Full<Bytes>, Channel<Bytes, io::Error>>>;

/// A body that is there already.
pub(crate) fn full(body: impl Into<Bytes>) -> Reply {
    Either::Right(Either::Left(Full::new(body.into())))
}

/// A short answer for people.
pub(crate) fn text(status: StatusCode, why: &str) -> Response<Reply> {
    let mut response = Response::new(full(format!("{why}\n")));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

/// The same, which leads elsewhere.
pub(crate) fn redirect(status: StatusCode, location: &[u8], why: &str) -> Response<Reply> {
    let Ok(location) = HeaderValue::from_bytes(location) else {
        // It holds no control byte, which is all that could be wrong with it.
        return text(StatusCode::BAD_REQUEST, "the target is malformed");
    };
    let mut response = text(status, why);
    response.headers_mut().insert(header::LOCATION, location);
    response
}
