use std::borrow::Cow;

use thiserror::Error;

use crate::config_text::{Directive, DirectiveFault, Place, Word, place_getters};
use crate::locations::{self, LocationsFault};

/// Servers that were refused: which directive, what is wrong, what to write instead.
///
/// ```
/// use tuleap_front_http::{NginxServers, NginxServersFault};
///
/// let error = "server {\n  listen 80;\n}".parse::<NginxServers>().unwrap_err();
/// assert_eq!((error.fault(), error.code()), (NginxServersFault::Directive, "servers/directive"));
/// assert_eq!((error.entry(), error.line(), error.column()), (1, 2, 3));
/// assert_eq!((error.offset(), error.offset_in_entry(), error.length()), (11, 0, 6));
/// assert!(error.hint().contains("server_name"));
/// assert!(error.to_string().starts_with("entry 1 \"listen 80;\" (line 2, column 3): "));
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("{place}: {fault}: {}", place.hint())]
pub struct NginxServersError {
    fault: NginxServersFault,
    place: Place,
}

impl NginxServersError {
    /// What cannot be read as directives.
    pub(super) fn syntax(text: &str, DirectiveFault { place, fault }: DirectiveFault<'_>) -> Self {
        let hint = Cow::Borrowed(fault.hint);
        let place = Place::new(text, place, (fault.offset, fault.length), hint);
        Self { fault: NginxServersFault::Syntax, place }
    }

    /// The end of the text is wrong.
    pub(super) fn end(text: &str, fault: NginxServersFault) -> Self {
        let hint = Cow::Borrowed(fault.hint());
        Self { fault, place: Place::new(text, (0, text.len(), ""), (0, 0), hint) }
    }

    /// A word of a directive is wrong.
    pub(super) fn word(
        text: &str,
        directive: &Directive<'_>,
        word: &Word<'_>,
        fault: NginxServersFault,
    ) -> Self {
        Self::part(text, directive, (word.offset, word.length), fault, fault.hint().into())
    }

    /// So many bytes of a directive are wrong.
    pub(super) fn part(
        text: &str,
        directive: &Directive<'_>,
        part: (usize, usize),
        fault: NginxServersFault,
        hint: Cow<'static, str>,
    ) -> Self {
        Self { fault, place: Place::new(text, directive.place(), part, hint) }
    }

    /// A modifier or a pattern is wrong.
    pub(super) fn location(text: &str, directive: &Directive<'_>, fault: locations::Fault) -> Self {
        let locations::Fault { code, offset, length, hint } = fault;
        let fault = NginxServersFault::Location(code);
        Self::part(text, directive, (offset, length), fault, hint)
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> NginxServersFault {
        self.fault
    }

    /// The stable name of what is wrong, `servers/…`, or `locations/…` of a pattern.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.fault.code()
    }

    place_getters!("directive");
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $name:literal: $text:literal, $hint:literal;)*) => {
        /// What is wrong with a text of servers.
        #[derive(Clone, Copy, Debug, Eq, Error, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum NginxServersFault {
            $($(#[$doc])* #[error($text)] $variant,)*
            /// Modifier or pattern of a location.
            #[error(transparent)]
            Location(LocationsFault),
        }

        impl NginxServersFault {
            /// The faults that are not those of locations, in the order of declaration.
            pub const OWN: &[Self] = &[$(Self::$variant,)*];

            /// The stable name, `servers/…`, or `locations/…` of a pattern.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!("servers/", $name),)*
                    Self::Location(fault) => fault.code(),
                }
            }

            pub(super) const fn hint(self) -> &'static str {
                match self {
                    $(Self::$variant => $hint,)*
                    Self::Location(_) => "write modifier and pattern: location ^~ /svnplugin/",
                }
            }
        }
    };
}

faults! {
    /// A directive with too few words, or with too many.
    Argument = "argument": "not the words that the directive takes",
        "write: server_name NAME ...; proxy_set_header NAME VALUE; proxy_pass URL; DIRECTIVE on;";
    /// A directive that stands in another block, a block in a block, or a brace too many.
    Block = "block": "it cannot stand here",
        "write server { ... location ... { proxy_set_header ...; proxy_pass ...; } }, and \
         each brace where it belongs";
    /// One that is not known here.
    Directive = "directive": "the directive is not known here",
        "leave it out, or write server, server_name, location, proxy_pass, proxy_set_header, \
         underscores_in_headers, ignore_invalid_headers or merge_slashes; the servers are those of \
         one address, its default_server first";
    /// A second one of what there can be one of.
    Duplicate = "duplicate": "this was said before", "leave one of them out";
    /// No server at all.
    Empty = "empty": "there is no server", "write one: server { server_name tuleap.example.com; }";
    /// A name of a header that is none.
    Header = "header": "not the name of a header", "write one such as X-Forwarded-For";
    /// A name of a server that is none.
    Name = "name": "not the name of a server",
        "write tuleap.example.com, *.example.com, .example.com, www.example.* or ~^expression$";
    /// An expression in the name of a server that cannot be honoured.
    Pattern = "pattern": "the regular expression cannot be honoured",
        "write the regular expression in another way";
    /// Neither on nor off.
    Switch = "switch": "neither on nor off", "write on or off";
    /// A quote, a semicolon or a brace that is missing.
    Syntax = "syntax": "the directives cannot be told apart", "end each directive with ;";
    /// What is asked, if it is not an address with `http` or `https`.
    Url = "url": "not a URL that is passed to",
        "write http://host:port, with a path to replace the prefix of the location, without \
         variables";
    /// A path behind the address, in a location with an expression.
    UrlInRegex = "url-in-regex": "a regular expression has no prefix that a path could replace",
        "write http://host:port without a path, or a location without ~";
    /// A variable that is not known here.
    Variable = "variable": "the variable is not known here",
        "write $host, $http_NAME, $remote_addr, $proxy_add_x_forwarded_for, $scheme, $proxy_host, \
         $server_name, $server_protocol, $request_method, $request_uri, $uri, $args or $is_args";
}
