//! Recorded rows through a real server: a surface for `recorded`, as the program `server-rows`.
//!
//! Each row's request comes from the row's peer, so all of it runs in a network namespace that has
//! these addresses. What a row says of the configuration becomes directives; rows that say the
//! same share a site with ports of its own.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Fallible, at};

mod apache;
mod client_ip;
mod destination;
mod gzip;
mod namespace;
mod nginx;
mod question;
mod site;
mod unasked;

use question::Question;
use site::Server;

/// `server-rows nginx|apache MODULE [PROGRAM]`: questions on standard input, an answer each.
///
/// # Errors
///
/// The server or this machine is not as it must be.
pub fn run(arguments: &[String]) -> Fallible<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lines: Vec<String> =
        std::io::stdin().lock().lines().collect::<Result<_, _>>().map_err(at("standard input"))?;
    let skip = |reason| lines.iter().map(|_| json!({ "skip": reason }).to_string()).collect();
    let answers = match words.as_slice() {
        ["inside", words @ ..] => inside(words, &lines)?,
        // The questions of one run are of one kind.
        _ if !lines.iter().all(|line| Question::is_of_known_kind(line)) => skip(unasked::KIND),
        words => match namespace::run_inside(words, &lines)? {
            Some(answers) => answers,
            None => skip("no namespace"),
        },
    };
    let mut output = std::io::stdout().lock();
    answers.iter().try_for_each(|line| writeln!(output, "{line}")).map_err(at("standard output"))
}

/// In the namespace.
fn inside(words: &[&str], lines: &[String]) -> Fallible<Vec<String>> {
    let questions: Vec<Question> =
        lines.iter().map(|line| Question::parse(line)).collect::<Fallible<_>>()?;
    let server: Box<dyn Server> = match words {
        ["nginx", module] => Box::new(nginx::Nginx::new("nginx".into(), PathBuf::from(module))?),
        ["nginx", module, program] => {
            Box::new(nginx::Nginx::new(PathBuf::from(program), PathBuf::from(module))?)
        }
        ["apache", module] => Box::new(apache::Apache::new(PathBuf::from(module))?),
        _ => return Err("usage: server-rows nginx|apache MODULE [PROGRAM]".to_owned()),
    };
    let answers = site::ask_all(server.as_ref(), &questions)?;
    Ok(answers.iter().map(Value::to_string).collect())
}
