//! Copies and moves of real files by httpd's own DAV, with TLS ended before it.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::apache::{Apache, Config};
use tuleap_front_tests::server::client::{Answer, Client};

use crate::{FEW, ask, client, with_module};

const MODULES: &[&str] = &["dav", "dav_fs", "alias"];

/// A folder of files, served by DAV.
fn dav(text: &str) -> Config {
    let text = format!(
        "{FEW}Listen 127.0.0.1:@port@\nDavLockDB @folder@/locks/db\n{text}\n\
         <Directory @folder@/html>\nDAV On\n</Directory>\n"
    );
    Config::new(text).modules(MODULES)
}

struct Files<'a> {
    apache: &'a Apache,
    client: Client,
}

impl Files<'_> {
    fn text(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.apache.folder().join("html").join(name)).ok()
    }

    fn copy(&mut self, word: &str, path: &str, to: &str) -> Fallible<Answer> {
        ask(&mut self.client, word, path, &[("Destination", to)])
    }
}

/// Starts it with `a b.txt` in `html/in`, which the workers may write to.
fn with_dav(
    config: Config,
    logged: &[&str],
    test: impl Fn(&mut Files<'_>) -> Fallible<()>,
) -> Fallible<()> {
    with_module(|program| {
        for mpm in ["event", "prefork"] {
            let apache = program.start(&config.clone().mpm(mpm))?;
            apache.folder().write("html/in/a b.txt", "text")?;
            for folder in ["html", "html/in", "locks"] {
                let path = apache.folder().join(folder);
                std::fs::create_dir_all(&path).map_err(|error| error.to_string())?;
                crate::let_everybody_write(&path)?;
            }
            test(&mut Files { client: client(&apache)?, apache: &apache })?;
            apache.stop_having_logged(logged)?;
        }
        Ok(())
    })
}

#[test]
fn copies_and_moves_by_https_are_made() -> Fallible<()> {
    with_dav(dav("TuleapDestination On"), &[], |files| {
        for (word, from, to, name) in [
            ("COPY", "/in/a%20b.txt", "https://tuleap.example.com/in/c%20d.txt", "in/c d.txt"),
            ("MOVE", "/in/c%20d.txt", "https://me@TULEAP.example.com:443/in/%25.txt", "in/%.txt"),
            ("COPY", "/in/%25.txt", "http://tuleap.example.com/in/%C3%BC%23", "in/ü#"),
            ("COPY", "/in/%25.txt", "https://tuleap.example.com/in/ü b", "in/ü b"),
            ("COPY", "/in/", "https://tuleap.example.com/copy/", "copy/a b.txt"),
        ] {
            assert_eq!(files.copy(word, from, to)?.status, 201, "{word} {to}");
            assert_eq!(files.text(name).as_deref(), Some("text"), "{word} {to}");
        }
        assert_eq!(files.text("in/c d.txt"), None);
        Ok(())
    })
}

/// The data-loss case among them: without a path, the folder that holds the source is the target.
#[test]
fn what_is_refused_touches_nothing() -> Fallible<()> {
    with_dav(dav("TuleapDestination On"), &[], |files| {
        for to in [
            "https://tuleap.example.com",
            "https:",
            "http:",
            "https:x",
            "https://other.example/in/x",
            "http://other.example/in/x",
            "https://tuleap.example.com.evil.example/in/x",
            "https://tuleap.example.com:8443/in/x",
            "https://tuleap.example.com/in/x, https://tuleap.example.com/in/y",
            "httpsx://tuleap.example.com/in/x",
            "//tuleap.example.com/in/x",
            "x",
        ] {
            for word in ["COPY", "MOVE"] {
                let answer = files.copy(word, "/in/a%20b.txt", to)?;
                assert!(matches!(answer.status, 400 | 502), "{to}: {}", answer.status);
                assert_eq!(answer.text().lines().count(), 1, "{to}");
            }
        }
        let path = files.apache.folder().join("html/in");
        let names = std::fs::read_dir(path).map_err(|error| error.to_string())?;
        let names: Vec<_> = names.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
        assert_eq!(names, ["a b.txt"]);
        assert_eq!(files.text("in/a b.txt").as_deref(), Some("text"));
        Ok(())
    })
}

/// As httpd answers it by itself, and as the guide's line has it.
#[test]
fn off_and_documented_are_httpd_s_own_answers() -> Fallible<()> {
    let text = "<Location /off>\nTuleapDestination Off\n</Location>\n\
                <Location /guide>\nTuleapDestination Documented\n</Location>\nAlias /off @folder@/html/in\n\
                Alias /guide @folder@/html/in\n";
    with_dav(dav(text), &[], |files| {
        let to = "https://other.example/in/x";
        assert_eq!(files.copy("COPY", "/off/a%20b.txt", to)?.status, 502);
        assert_eq!(files.text("in/x"), None);
        assert_eq!(files.copy("COPY", "/guide/a%20b.txt", to)?.status, 201);
        assert_eq!(files.text("in/x").as_deref(), Some("text"));
        Ok(())
    })
}

/// A path alone: httpd wants a URI, and can be given one.
#[test]
fn a_path_alone_can_be_made_a_uri() -> Fallible<()> {
    let text = "TuleapDestination On\n\
                <Location /promoted>\nTuleapDestinationPath Promote\n</Location>\n\
                Alias /promoted @folder@/html/in\n";
    let said = "Destination URI must be an absolute URI";
    with_dav(dav(text), &[said], |files| {
        assert_eq!(files.copy("COPY", "/in/a%20b.txt", "/in/x")?.status, 400);
        assert_eq!(files.text("in/x"), None);
        assert_eq!(files.copy("COPY", "/promoted/a%20b.txt", "/in/x")?.status, 201);
        assert_eq!(files.text("in/x").as_deref(), Some("text"));
        Ok(())
    })
}

/// With `ServerName https://…` and https as the backend's scheme: checked, and left as it is.
#[test]
fn where_httpd_wants_https_it_is_given_https() -> Fallible<()> {
    let text = "ServerName https://tuleap.example.com\nTuleapDestination On\n\
                TuleapDestinationBackend https\n";
    with_dav(dav(text), &[], |files| {
        let to = "https://tuleap.example.com/in/x";
        let answer = files.copy("COPY", "/in/a%20b.txt", to)?;
        assert_eq!(answer.status, 201);
        assert_eq!(answer.head.text("location").as_deref(), Some(to));
        assert_eq!(files.text("in/x").as_deref(), Some("text"));
        let answer = files.copy("COPY", "/in/a%20b.txt", "http://tuleap.example.com/in/y")?;
        assert_eq!(answer.status, 201);
        assert_eq!(files.copy("COPY", "/in/a%20b.txt", "https://other/in/z")?.status, 502);
        assert_eq!(files.text("in/z"), None);
        Ok(())
    })
}

/// What httpd says of a request without the lock's token.
const LOCKED: [&str; 2] = ["due to a failed precondition", "This resource is locked"];

/// A lock, and what holds it: the tags of `If` by https.
#[test]
fn a_lock_is_held_by_a_tag_with_https() -> Fallible<()> {
    for tags in ["On", "Off"] {
        let text = format!("TuleapDestination On\nTuleapDestinationIf {tags}\n");
        with_dav(dav(&text), &LOCKED, |files| {
            let body = "<?xml version=\"1.0\"?><D:lockinfo xmlns:D=\"DAV:\"><D:lockscope>\
                        <D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>";
            let length = body.len().to_string();
            let lines = [("Content-Type", "text/xml"), ("Content-Length", length.as_str())];
            let request = crate::method("LOCK", "/in/a%20b.txt", &lines);
            let answer = files.client.send(&[request, body.as_bytes().to_vec()].concat())?;
            let token = answer.head.text("lock-token").ok_or("no lock")?;
            let to = "https://tuleap.example.com/in/moved.txt";
            assert_eq!(files.copy("MOVE", "/in/a%20b.txt", to)?.status, 423);
            let held = format!("<https://tuleap.example.com/in/a%20b.txt> ({token})");
            let lines = [("Destination", to), ("If", held.as_str())];
            let answer = ask(&mut files.client, "MOVE", "/in/a%20b.txt", &lines)?;
            assert_eq!(answer.status, 201, "{tags}: {}", answer.text());
            assert_eq!(files.text("in/moved.txt").as_deref(), Some("text"));
            Ok(())
        })?;
    }
    Ok(())
}
