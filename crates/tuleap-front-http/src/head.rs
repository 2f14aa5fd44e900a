mod lines;
mod options;
mod reason;
mod request;
mod response;

pub use self::options::{HeadOptions, HeaderNames};
pub use self::reason::HeadReason;
pub use self::request::RequestHead;
pub use self::response::ResponseHead;
