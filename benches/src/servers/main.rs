//! `bench-servers NGINX_MODULE APACHE_MODULE [--quick | --count]`: what the modules cost in their
//! servers, beside the same servers with directives of their own, and writes `SERVERS.md`. `--quick`
//! only tries that everything runs; `--count` counts instructions and nothing else.
#![cfg(unix)]

mod apache;
mod instructions;
mod load;
mod nginx;
mod process;
mod report;

use std::env;
use std::path::Path;

use load::Load;
use process::Request;
use report::{Measured, Report, instructions_table};
use tuleap_front_benches::Fallible;

fn main() -> Fallible<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [nginx, apache] => {
            let report = measure(nginx, apache, Load { rounds: 11, seconds: 2 }, 600)?.to_string();
            std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("SERVERS.md"), &report)?;
            print!("{report}");
        }
        [nginx, apache, "--quick"] => {
            print!("{}", measure(nginx, apache, Load { rounds: 1, seconds: 1 }, 3)?);
        }
        [nginx, apache, "--count"] => count(nginx, apache)?,
        _ => return Err("bench-servers NGINX_MODULE APACHE_MODULE [--quick | --count]".into()),
    }
    Ok(())
}

fn count(nginx: &str, apache: &str) -> Fallible<()> {
    let (nginx, apache) = (nginx::Set::new(Path::new(nginx)), apache::Set::new(Path::new(apache)));
    for request in Request::ALL {
        println!("{}", instructions_table(&nginx.instructions(*request)?));
        println!("{}", instructions_table(&apache.instructions(*request)?));
    }
    Ok(())
}

fn measure(nginx: &str, apache: &str, load: Load, reloads: usize) -> Fallible<Report> {
    let sizes = [nginx, apache].map(|module| report::size(Path::new(module)));
    let [nginx_size, apache_size] = sizes;
    let (nginx, apache) = (nginx::Set::new(Path::new(nginx)), apache::Set::new(Path::new(apache)));
    let mut measured = Vec::new();
    for request in Request::ALL {
        eprintln!("{}: counting instructions", request.name);
        let instructions = [nginx.instructions(*request)?, apache.instructions(*request)?];
        eprintln!("{}: loading the servers", request.name);
        let loads = [nginx.loads(load, *request)?, apache.loads(load, *request)?];
        for (server, (instructions, loads)) in
            ["nginx", "Apache"].into_iter().zip(instructions.into_iter().zip(loads))
        {
            measured.push(Measured { server, request: request.name, instructions, loads });
        }
    }
    eprintln!("reloading nginx");
    let reloaded = nginx.reloads(reloads)?;
    Ok(Report { measured, reloaded, nginx_size: nginx_size?, apache_size: apache_size? })
}
