//! `bench-servers NGINX_MODULE APACHE_MODULE [--quick]`: what the modules cost in their servers,
//! beside the same servers with directives of their own, and writes `SERVERS.md`. `--quick` only
//! tries that everything runs.
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
use report::Report;
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
        _ => return Err("bench-servers NGINX_MODULE APACHE_MODULE [--quick]".into()),
    }
    Ok(())
}

fn measure(nginx: &str, apache: &str, load: Load, reloads: usize) -> Fallible<Report> {
    let nginx = nginx::Set::new(Path::new(nginx));
    eprintln!("counting nginx's instructions");
    let instructions = nginx.instructions()?;
    eprintln!("loading nginx");
    let nginx_loads = nginx.loads(load)?;
    eprintln!("reloading nginx");
    let reloaded = nginx.reloads(reloads)?;
    eprintln!("loading Apache");
    let apache_loads = apache::Set::new(Path::new(apache)).loads(load)?;
    let modules = [Path::new(nginx.module()), Path::new(apache)].map(report::size);
    let [nginx_size, apache_size] = modules;
    Ok(Report {
        instructions,
        nginx_loads,
        reloaded,
        apache_loads,
        nginx_size: nginx_size?,
        apache_size: apache_size?,
    })
}
