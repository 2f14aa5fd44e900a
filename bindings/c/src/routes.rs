use std::ffi::{CStr, c_char, c_void};

use tuleap_front::{
    FileKind, RequestLineReason, RequestTarget, RequestTargetReason, RootLocation, Route,
    RouteOutcome, RouteReason, Routes,
};

use self::tuleap_front_route_reason as Number;
use crate::abi::{array, bytes, tuleap_front_str};
use crate::guard::{give, guard, handle, store, take};
use crate::guide::guide_of;
use crate::output::{Output, copy_out, write_explanation};
use crate::problem::{Sink, tuleap_front_problem};
use crate::request::{merge_of, tuleap_front_request_target};
use crate::status::tuleap_front_status as Status;

/// Which server or which file answers a path.
/// Immutable; any thread; freed by tuleap_front_routes_free.
#[derive(Debug)]
pub struct tuleap_front_routes(Routes);

/// Which of the two locations / of the guide's distributed configuration.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_root_location {
    /// The one that passes everything on to the web backend.
    TULEAP_FRONT_ROOT_PROXY = 0,
    /// The one that serves files, and the front controller where there is none.
    TULEAP_FRONT_ROOT_TRY_FILES = 1,
}

/// What a path is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_file_kind {
    /// Neither a file nor a directory, or it may not be looked at.
    TULEAP_FRONT_FILE_MISSING = 0,
    /// A regular file. With a slash behind its name it is none.
    TULEAP_FRONT_FILE_FILE = 1,
    /// A directory.
    TULEAP_FRONT_FILE_DIRECTORY = 2,
}

/// Says what a path is: a tuleap_front_file_kind; another number is MISSING. The path does not end in
/// NUL. It must return, and must not unwind.
pub type tuleap_front_file_lookup =
    Option<unsafe extern "C" fn(user: *mut c_void, path: *const c_char, path_len: usize) -> u32>;

/// What is done with a request.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_route_outcome {
    /// The client is told the status.
    TULEAP_FRONT_ROUTE_REFUSE = 0,
    /// The server with the name backend is asked.
    TULEAP_FRONT_ROUTE_PROXY = 1,
    /// The FastCGI server with the name backend runs the script.
    TULEAP_FRONT_ROUTE_FASTCGI = 2,
    /// The file is sent.
    TULEAP_FRONT_ROUTE_FILE = 3,
    /// The client is sent to location, which is path and query: put the site's origin before it.
    TULEAP_FRONT_ROUTE_REDIRECT = 4,
    /// It is not known yet what the file is: say so, and ask again.
    TULEAP_FRONT_ROUTE_ASK = 5,
}

/// Why a request is refused. Numbers are never used again for another thing.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub enum tuleap_front_route_reason {
    /// It is not refused, or its target is: see request_reason.
    TULEAP_FRONT_ROUTE_REASON_NONE = 0,
    /// A directory without an index.
    TULEAP_FRONT_ROUTE_REASON_DIRECTORY_INDEX = 1,
    /// Too many internal redirects.
    TULEAP_FRONT_ROUTE_REASON_INTERNAL_REDIRECT_CYCLE = 2,
    /// Nothing is configured for the path.
    TULEAP_FRONT_ROUTE_REASON_NO_LOCATION = 3,
    /// No such file.
    TULEAP_FRONT_ROUTE_REASON_NOT_FOUND = 4,
    /// None of the configured files is there.
    TULEAP_FRONT_ROUTE_REASON_TRY_FILES = 5,
    /// A reason that this version of the border has no number for.
    TULEAP_FRONT_ROUTE_REASON_OTHER = 255,
}

/// Where a text stands in the caller's buffer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_span {
    /// Its first byte.
    pub offset: usize,
    /// Bytes.
    pub length: usize,
}

/// Where a request goes. The texts point into the routes and the target, the spans into the buffer;
/// what there is not is empty.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct tuleap_front_route {
    /// A tuleap_front_route_outcome.
    pub outcome: u32,
    /// The status of a redirect or a refusal; otherwise 0.
    pub http_status: u32,
    /// A tuleap_front_route_reason.
    pub reason: u32,
    /// A tuleap_front_request_reason, where the target is refused.
    pub request_reason: u32,
    /// The name of the server that answers.
    pub backend: tuleap_front_str,
    /// What the location that answers does, as it is written.
    pub action: tuleap_front_str,
    /// DOCUMENT_ROOT, for FastCGI.
    pub document_root: tuleap_front_str,
    /// $args at the end.
    pub args: tuleap_front_str,
    /// $uri at the end.
    pub uri: tuleap_front_span,
    /// The file that is sent, the script that is run, or the path to say what it is.
    pub file: tuleap_front_span,
    /// SCRIPT_NAME, for FastCGI.
    pub script_name: tuleap_front_span,
    /// The location of a redirect.
    pub location: tuleap_front_span,
    /// What the server is asked for by HTTP, for PROXY: the target as it was sent; after an internal
    /// redirect uri, percent-encoded, and args.
    pub backend_target: tuleap_front_span,
    /// Which location answers, from 0; SIZE_MAX where it is the server itself.
    pub location_index: usize,
    /// How often it was redirected internally.
    pub internal_redirects: u32,
    /// 1 if the request may have its method; otherwise answer 405.
    pub is_allowed: u32,
}

/// Reads routes, one a line: modifier, pattern, and what the location does. UTF-8. NULL if they are
/// refused: then problem and message (each may be NULL) say what is wrong, where, and what to write
/// instead.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_parse(
    text: *const c_char,
    text_len: usize,
    problem: *mut tuleap_front_problem,
    message: *mut c_char,
    message_cap: usize,
) -> *mut tuleap_front_routes {
    let sink = Sink { problem, message, cap: message_cap };
    // SAFETY: the caller vouches for pointer and length.
    let text = unsafe { bytes(text, text_len) };
    // SAFETY: the caller vouches for the out-pointers.
    unsafe { sink.read(text, "the routes are not UTF-8", tuleap_front_routes) }
}

/// Makes the routes of the distributed set-up as it is right today. NULL for a fault of the library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_recommended() -> *mut tuleap_front_routes {
    guard(|| Ok(give(tuleap_front_routes(Routes::recommended()))))
}

/// Makes the routes of the deployment guide. guide: a tuleap_front_guide. root: a
/// tuleap_front_root_location, for the distributed one. NULL for a number that has no meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_documented(
    guide: u32,
    root: u32,
) -> *mut tuleap_front_routes {
    guard(|| {
        let root = match root {
            0 => RootLocation::Proxy,
            1 => RootLocation::TryFiles,
            _ => return Err(Status::TULEAP_FRONT_STATUS_ARGUMENT),
        };
        let routes = match guide_of(guide)? {
            tuleap_front::Guide::Distributed => Routes::distributed(root),
            guide => Routes::documented(guide),
        };
        Ok(give(tuleap_front_routes(routes)))
    })
}

/// Frees routes; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_free(routes: *mut tuleap_front_routes) {
    // SAFETY: the caller gives up the handle.
    unsafe { take(routes) }
}

/// Writes the routes as they are read: >= 0 the length, < 0 a status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_text(
    routes: *const tuleap_front_routes,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let routes = unsafe { handle(routes) }?;
        // SAFETY: the caller vouches for the buffer.
        Ok(unsafe { copy_out(routes.0.to_string().as_bytes(), out, cap) })
    })
}

/// Writes the names of the backends, each once, with a line end behind each: >= 0 the length, < 0 a
/// status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_backends(
    routes: *const tuleap_front_routes,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let routes = unsafe { handle(routes) }?;
        // SAFETY: the caller vouches for the buffer.
        let mut out = unsafe { Output::new(out, cap) };
        for name in routes.0.backends() {
            out.push(name.as_bytes());
            out.push(b"\n");
        }
        Ok(out.finish())
    })
}

/// Finds the way of a request, and writes its texts into out one after another: >= 0 their length,
/// and *route says where each stands; < 0 a status, and *route is a refusal. A target that nginx
/// refuses is a refusal, too. flags: of tuleap_front_target_flag. files: is asked what a path is;
/// NULL: no path is there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_route(
    routes: *const tuleap_front_routes,
    target: *const c_char,
    target_len: usize,
    flags: u32,
    method: *const c_char,
    method_len: usize,
    files: tuleap_front_file_lookup,
    user: *mut c_void,
    route: *mut tuleap_front_route,
    out: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(route, tuleap_front_route::UNKNOWN) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let routes = unsafe { handle(routes) }?;
        // SAFETY: the caller vouches for pointer and length.
        let target = unsafe { bytes(target, target_len) };
        // SAFETY: the caller vouches for pointer and length.
        let method = unsafe { bytes(method, method_len) };
        // SAFETY: the caller vouches for the buffer.
        let out = unsafe { Output::new(out, cap) };
        let request = Request { target, method, flags };
        // SAFETY: the caller vouches for the function and what it is given.
        let way = request.way(&routes.0, |path| unsafe { look_up(files, user, path) }, out)?;
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(route, way.0) };
        Ok(way.1)
    })
}

/// The same for callers without a function. answers: what was answered so far, each a
/// tuleap_front_file_kind, in the order of the questions. Where there is one more question, the
/// outcome is ASK and file the path: ask again with one more answer. There are a few for a request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_route_answered(
    routes: *const tuleap_front_routes,
    target: *const c_char,
    target_len: usize,
    flags: u32,
    method: *const c_char,
    method_len: usize,
    answers: *const u32,
    answer_count: usize,
    route: *mut tuleap_front_route,
    out: *mut c_char,
    cap: usize,
) -> isize {
    // SAFETY: the caller vouches for the pointer.
    unsafe { store(route, tuleap_front_route::UNKNOWN) };
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let routes = unsafe { handle(routes) }?;
        // SAFETY: the caller vouches for pointer and length.
        let target = unsafe { bytes(target, target_len) };
        // SAFETY: the caller vouches for pointer and length.
        let method = unsafe { bytes(method, method_len) };
        // SAFETY: the caller vouches for pointer and count.
        let mut files = Answers::new(unsafe { array(answers, answer_count) });
        let request = Request { target, method, flags };
        // SAFETY: the caller vouches for the buffer.
        let buffer = unsafe { Output::new(out, cap) };
        let mut way = request.way(&routes.0, |path| files.kind(path), buffer)?;
        if let Some(path) = &files.question {
            // SAFETY: the caller vouches for the buffer.
            way = (tuleap_front_route::ask(path), unsafe { copy_out(path, out, cap) });
        }
        // SAFETY: the caller vouches for the pointer.
        unsafe { store(route, way.0) };
        Ok(way.1)
    })
}

/// Writes the way of a request step by step. answers: as for tuleap_front_routes_route_answered;
/// after the last one no path is there. format: a tuleap_front_format. >= 0 the length, < 0 a status,
/// REQUEST_REFUSED where nginx refuses the target.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuleap_front_routes_explain(
    routes: *const tuleap_front_routes,
    target: *const c_char,
    target_len: usize,
    flags: u32,
    answers: *const u32,
    answer_count: usize,
    format: u32,
    out: *mut c_char,
    cap: usize,
) -> isize {
    guard(|| {
        // SAFETY: the caller vouches for the handle.
        let routes = unsafe { handle(routes) }?;
        // SAFETY: the caller vouches for pointer and length.
        let target = RequestTarget::parse(unsafe { bytes(target, target_len) }, merge_of(flags)?);
        let target = target.map_err(|_| Status::TULEAP_FRONT_STATUS_REQUEST_REFUSED)?;
        // SAFETY: the caller vouches for pointer and count.
        let mut files = Answers::new(unsafe { array(answers, answer_count) });
        let explanation = routes.0.explain(&target, |path: &[u8]| files.kind(path));
        // SAFETY: the caller vouches for the buffer.
        unsafe { write_explanation(&explanation, format, out, cap) }
    })
}

/// The stable name of a tuleap_front_route_reason, such as "routes/not-found"; NULL for a number that
/// is none. Static: not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn tuleap_front_route_reason_code(reason: u32) -> *const c_char {
    let entry = CODES.iter().find(|(known, _)| *known as u32 == reason);
    entry.map_or(std::ptr::null(), |(_, code)| code.as_ptr())
}

/// Asks the caller's function.
unsafe fn look_up(files: tuleap_front_file_lookup, user: *mut c_void, path: &[u8]) -> FileKind {
    let Some(files) = files else { return FileKind::Missing };
    // SAFETY: the caller vouches for the function and what it is given.
    kind_of(unsafe { files(user, path.as_ptr().cast(), path.len()) })
}

const fn kind_of(number: u32) -> FileKind {
    match number {
        1 => FileKind::File,
        2 => FileKind::Directory,
        _ => FileKind::Missing,
    }
}

/// The answers, and the first question that has none.
struct Answers<'a> {
    left: std::slice::Iter<'a, u32>,
    question: Option<Vec<u8>>,
}

impl<'a> Answers<'a> {
    fn new(answers: &'a [u32]) -> Self {
        Self { left: answers.iter(), question: None }
    }

    fn kind(&mut self, path: &[u8]) -> FileKind {
        match self.left.next() {
            Some(answer) => kind_of(*answer),
            None => {
                self.question.get_or_insert_with(|| path.to_vec());
                FileKind::Missing
            }
        }
    }
}

/// What is asked.
struct Request<'a> {
    target: &'a [u8],
    method: &'a [u8],
    flags: u32,
}

impl Request<'_> {
    /// The way, and the length of its texts.
    fn way(
        &self,
        routes: &Routes,
        mut files: impl FnMut(&[u8]) -> FileKind,
        out: Output<'_>,
    ) -> Result<(tuleap_front_route, isize), Status> {
        match RequestTarget::parse(self.target, merge_of(self.flags)?) {
            Ok(target) => {
                let route = routes.route(&target, |path: &[u8]| files(path));
                // The arguments outlive this target: they are a part of the request's.
                Ok(tuleap_front_route::new(&route, &target, self.method, out))
            }
            Err(reason) => Ok((tuleap_front_route::refused(reason), out.finish())),
        }
    }
}

/// Writes a text behind the others.
fn put(out: &mut Output<'_>, text: &[u8]) -> tuleap_front_span {
    let span = tuleap_front_span { offset: out.len(), length: text.len() };
    out.push(text);
    span
}

impl tuleap_front_route {
    /// What a caller finds who does not look at the status.
    const UNKNOWN: Self = Self {
        outcome: tuleap_front_route_outcome::TULEAP_FRONT_ROUTE_REFUSE as u32,
        http_status: 500,
        reason: Number::TULEAP_FRONT_ROUTE_REASON_OTHER as u32,
        request_reason: 0,
        backend: tuleap_front_str::NONE,
        action: tuleap_front_str::NONE,
        document_root: tuleap_front_str::NONE,
        args: tuleap_front_str::NONE,
        uri: tuleap_front_span { offset: 0, length: 0 },
        file: tuleap_front_span { offset: 0, length: 0 },
        script_name: tuleap_front_span { offset: 0, length: 0 },
        location: tuleap_front_span { offset: 0, length: 0 },
        backend_target: tuleap_front_span { offset: 0, length: 0 },
        location_index: usize::MAX,
        internal_redirects: 0,
        is_allowed: 0,
    };

    fn refused(reason: RequestTargetReason) -> Self {
        let target = tuleap_front_request_target::from(Err(RequestLineReason::Target(reason)));
        Self {
            http_status: target.http_status,
            reason: Number::TULEAP_FRONT_ROUTE_REASON_NONE as u32,
            request_reason: target.reason,
            ..Self::UNKNOWN
        }
    }

    const fn ask(path: &[u8]) -> Self {
        Self {
            outcome: tuleap_front_route_outcome::TULEAP_FRONT_ROUTE_ASK as u32,
            http_status: 0,
            reason: Number::TULEAP_FRONT_ROUTE_REASON_NONE as u32,
            file: tuleap_front_span { offset: 0, length: path.len() },
            ..Self::UNKNOWN
        }
    }

    fn new(
        route: &Route<'_>,
        target: &RequestTarget<'_>,
        method: &[u8],
        mut out: Output<'_>,
    ) -> (Self, isize) {
        use tuleap_front_route_outcome as Outcome;
        let text = |text: &str| tuleap_front_str::from(text.as_bytes());
        let location = route.location();
        let mut way = Self {
            http_status: 0,
            reason: Number::TULEAP_FRONT_ROUTE_REASON_NONE as u32,
            backend: route.backend().map_or(tuleap_front_str::NONE, text),
            action: location.map_or(tuleap_front_str::NONE, |found| text(found.rule().name())),
            args: route.args().into(),
            uri: put(&mut out, route.uri()),
            file: put(&mut out, &route.file().unwrap_or_default()),
            location_index: location.map_or(usize::MAX, |found| found.index()),
            internal_redirects: u32::from(route.internal_redirects()),
            is_allowed: u32::from(route.allows(method)),
            ..Self::UNKNOWN
        };
        let outcome = match route.outcome() {
            RouteOutcome::Proxy { .. } => {
                way.backend_target = put(&mut out, &route.backend_target(target));
                Outcome::TULEAP_FRONT_ROUTE_PROXY
            }
            RouteOutcome::FastCgi { document_root, script_name, .. } => {
                way.document_root = text(document_root);
                way.script_name = put(&mut out, script_name);
                Outcome::TULEAP_FRONT_ROUTE_FASTCGI
            }
            RouteOutcome::File { .. } => Outcome::TULEAP_FRONT_ROUTE_FILE,
            RouteOutcome::Redirect { status, location } => {
                way.http_status = u32::from(status.as_u16());
                way.location = put(&mut out, location);
                Outcome::TULEAP_FRONT_ROUTE_REDIRECT
            }
            RouteOutcome::Refuse { status, reason } => {
                way.http_status = u32::from(status.as_u16());
                way.reason = number(*reason) as u32;
                Outcome::TULEAP_FRONT_ROUTE_REFUSE
            }
            _ => return (Self::UNKNOWN, out.finish()),
        };
        way.outcome = outcome as u32;
        (way, out.finish())
    }
}

const fn number(reason: RouteReason) -> tuleap_front_route_reason {
    match reason {
        RouteReason::DirectoryIndex => Number::TULEAP_FRONT_ROUTE_REASON_DIRECTORY_INDEX,
        RouteReason::InternalRedirectCycle => {
            Number::TULEAP_FRONT_ROUTE_REASON_INTERNAL_REDIRECT_CYCLE
        }
        RouteReason::NoLocation => Number::TULEAP_FRONT_ROUTE_REASON_NO_LOCATION,
        RouteReason::NotFound => Number::TULEAP_FRONT_ROUTE_REASON_NOT_FOUND,
        RouteReason::TryFiles => Number::TULEAP_FRONT_ROUTE_REASON_TRY_FILES,
        _ => Number::TULEAP_FRONT_ROUTE_REASON_OTHER,
    }
}

const CODES: &[(Number, &CStr)] = &[
    (Number::TULEAP_FRONT_ROUTE_REASON_DIRECTORY_INDEX, c"routes/directory-index"),
    (Number::TULEAP_FRONT_ROUTE_REASON_INTERNAL_REDIRECT_CYCLE, c"routes/internal-redirect-cycle"),
    (Number::TULEAP_FRONT_ROUTE_REASON_NO_LOCATION, c"routes/no-location"),
    (Number::TULEAP_FRONT_ROUTE_REASON_NOT_FOUND, c"routes/not-found"),
    (Number::TULEAP_FRONT_ROUTE_REASON_TRY_FILES, c"routes/try-files"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_number_and_its_name() {
        for reason in RouteReason::ALL {
            let number = number(*reason) as u32;
            let code = CODES.iter().find(|(known, _)| *known as u32 == number);
            assert_eq!(code.unwrap().1.to_str(), Ok(reason.code()));
        }
    }
}
