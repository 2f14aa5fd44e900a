//! Directives: what is refused, where, in which words; what levels inherit.

use tuleap_front_tests::server::Fallible;
use tuleap_front_tests::server::nginx::{Config, Program};

use crate::{client, says, with_module};

/// `nginx -t` refuses these directives of `http`, on their second line, with this text.
fn refuses(program: &Program, directives: &str, text: &str) -> Fallible<()> {
    let checked = program.check(&Config::http(format!("{directives}\nserver {{ }}")))?;
    let said = checked.said;
    let is_located = said.contains("nginx.conf:");
    match !checked.is_accepted && said.contains("[emerg]") && said.contains(text) && is_located {
        true => Ok(()),
        false => Err(format!("{directives}: not refused with {text:?}:\n{said}")),
    }
}

#[test]
fn what_is_wrong_is_refused_with_the_library_s_words() -> Fallible<()> {
    with_module(|program| {
        let list = "\"tuleap_trusted_proxies\": ";
        let cases = [
            ("tuleap_trusted_proxies 10.0.0.1/8;", "write 10.0.0.0/8 for the whole network"),
            ("tuleap_trusted_proxies 10.0.0.1 10.0.0.300;", "entry 1"),
            ("tuleap_trusted_proxies 0.0.0.0/0;", list),
            ("tuleap_trusted_proxies 10.0.0.0/33;", list),
            ("tuleap_trusted_proxies localhost;", list),
            ("tuleap_trusted_proxies allow_trust_all;", "has no list"),
            ("tuleap_trusted_proxies;", "invalid number of arguments"),
            ("tuleap_trusted_proxies '10.0.0.1 # a' 10.0.0.2;", "has a comment in its list"),
            ("tuleap_client_ip_header '';", "takes names without blanks"),
            ("tuleap_client_ip_header ' X-Real-IP';", "takes names without blanks"),
            ("tuleap_client_ip yes;", "invalid value \"yes\""),
            ("tuleap_client_ip on; tuleap_client_ip on;", "is duplicate"),
            ("tuleap_client_ip_header 'X:Y';", "\"tuleap_client_ip_header\": "),
            ("tuleap_client_ip_header A; tuleap_client_ip_header B;", "is duplicate"),
            ("tuleap_client_ip_hops 0;", "must be off or a number from 1 to 255"),
            ("tuleap_client_ip_hops 256;", "must be off or a number from 1 to 255"),
            ("tuleap_client_ip_hops 2 any;", "danger_any_peer"),
            ("tuleap_client_ip_hops off danger_any_peer;", "is off: nothing follows"),
            ("tuleap_client_ip_max_hops 0;", "must be between 1 and 255"),
            ("tuleap_client_ip_max_hops 256;", "must be between 1 and 255"),
            ("tuleap_replace_remote_addr maybe;", "invalid value \"maybe\""),
            ("tuleap_require_client on;", "needs \"tuleap_client_ip on\""),
            ("tuleap_forwarded_headers on;", "needs \"tuleap_client_ip on\""),
            ("tuleap_forwarded_headers some;", "invalid value \"some\""),
            ("tuleap_shadow_log rate=0;", "from 1 to 65535"),
            ("tuleap_shadow_log masks;", "takes mask and rate=NUMBER"),
            ("tuleap_dialect nginx;", "must be strict, nginx-1.22 or nginx-current"),
            ("tuleap_dialect strict recursive;", "in an nginx dialect only"),
            (
                "tuleap_dialect nginx-1.22; tuleap_client_ip_hops 1;",
                "needs \"tuleap_dialect strict\"",
            ),
            ("tuleap_dialect nginx-1.22; tuleap_trusted_proxies 10.0.0.0/33;", list),
            (
                "tuleap_dialect nginx-1.22; tuleap_client_ip shadow;",
                "needs \"tuleap_dialect strict\"",
            ),
            (
                "tuleap_dialect nginx-1.22; tuleap_client_ip on; tuleap_require_client on;",
                "needs \"tuleap_dialect strict\"",
            ),
            (
                "tuleap_dialect nginx-1.22; tuleap_client_ip on; tuleap_forwarded_headers on;",
                "write \"documented\"",
            ),
        ];
        cases.iter().try_for_each(|(directives, text)| refuses(program, directives, text))
    })
}

/// The line that is named is the one of the directive, not of the block that was being read.
#[test]
fn an_error_names_the_line_of_its_directive() -> Fallible<()> {
    with_module(|program| {
        let text = "server {\n\ntuleap_trusted_proxies 10.0.0.1;\n\
                    tuleap_trusted_proxies 10.0.0.0/99; # this one\n\n\n}\n";
        let said = program.check(&Config::http(text))?.said;
        let message = said.lines().find(|line| line.contains("[emerg]")).unwrap_or_default();
        let file = message.rsplit(" in ").next().unwrap_or_default();
        let number = file.rsplit(':').next().and_then(|number| number.parse::<usize>().ok());
        let number = number.ok_or_else(|| format!("no line in {said}"))?;
        let http = "server {\n\ntuleap_trusted_proxies 10.0.0.1;\ntuleap_trusted_proxies ";
        let config = program.check(&Config::http(format!("{http}x;\n}}")))?.said;
        assert!(config.contains(&format!("nginx.conf:{number}")), "{number}: {config}");
        assert!(message.contains("10.0.0.0/99"), "{message}");
        Ok(())
    })
}

#[test]
fn what_is_risky_is_accepted_with_a_warning_at_its_line() -> Fallible<()> {
    with_module(|program| {
        for (directives, text) in [
            ("tuleap_trusted_proxies 10.0.0.0/7;", "\"tuleap_trusted_proxies\": "),
            ("tuleap_trusted_proxies allow_trust_all 0.0.0.0/0;", "\"tuleap_trusted_proxies\": "),
            ("tuleap_client_ip_header A B;", "\"tuleap_client_ip_header\": "),
            ("tuleap_client_ip_hops 1 danger_any_peer;", "\"tuleap_client_ip_hops\": "),
            (
                "tuleap_client_ip shadow; tuleap_require_client on;",
                "does nothing with \"tuleap_client_ip shadow\"",
            ),
        ] {
            let servers = "server { location / { } location /b { } }";
            let checked = program.check(&Config::http(format!("{directives}\n{servers}")))?;
            assert!(checked.is_accepted, "{directives}: {}", checked.said);
            let warned = checked.said.lines().filter(|line| line.contains("[warn]"));
            let warned: Vec<&str> = warned.collect();
            assert!(warned.iter().any(|line| line.contains(text)), "{directives}: {warned:?}");
            assert!(warned.iter().all(|line| line.contains("nginx.conf:")), "{warned:?}");
        }
        Ok(())
    })
}

#[test]
fn the_same_list_is_warned_of_once() -> Fallible<()> {
    with_module(|program| {
        let servers = "server { location / { tuleap_client_ip_hops 1; } location /b { \
                       tuleap_client_ip_header A; } location /c { tuleap_client_ip_max_hops 2; } }";
        let http = format!("tuleap_trusted_proxies 10.0.0.0/7;\n{servers}");
        let said = program.check(&Config::http(http))?.said;
        assert_eq!(said.matches("\"tuleap_trusted_proxies\": ").count(), 1, "{said}");
        Ok(())
    })
}

#[test]
fn levels_inherit_what_they_do_not_say() -> Fallible<()> {
    let http = "tuleap_trusted_proxies '127.0.0.1, 10.0.0.0/8';\n\
        tuleap_trusted_proxies 192.0.2.1;\n\
        server { listen 127.0.0.1:@port@; server_name inherits; tuleap_client_ip on;\n\
        location / { return 200 $remote_addr; } }\n\
        server { listen 127.0.0.1:@port@; server_name own; tuleap_client_ip on;\n\
        tuleap_trusted_proxies 127.0.0.1; location / { return 200 $remote_addr; } }\n\
        server { listen 127.0.0.1:@port@; server_name header; tuleap_client_ip on;\n\
        tuleap_client_ip_header X-Real-IP; location / { return 200 $remote_addr; } }\n\
        server { listen 127.0.0.1:@port@; server_name off;\n\
        location / { return 200 $remote_addr$tuleap_client_ip; }\n\
        location /on { tuleap_client_ip on; proxy_set_header X-Client $remote_addr; \
        proxy_pass http://@backend@; }\n\
        location /hops { tuleap_client_ip on; tuleap_client_ip_hops 1; \
        proxy_set_header X-Client $remote_addr; proxy_pass http://@backend@; } }\n";
    crate::with_nginx(http, |nginx| {
        let mut client = client(nginx)?;
        let list = ("X-Forwarded-For", "203.0.113.9, 192.0.2.1, 10.0.0.2");
        let mut ask = |host: &str, expected: &str| {
            let lines = [("Host", host), list, ("X-Real-IP", "203.0.113.1")];
            says(&mut client, "/", &lines, expected)
        };
        ask("inherits", "203.0.113.9")?;
        ask("own", "10.0.0.2")?;
        ask("header", "203.0.113.1")?;
        ask("off", "127.0.0.1")?;
        let two = ("X-Forwarded-For", "203.0.113.9, 203.0.113.8");
        for (path, list, expected) in [("/on", list, "203.0.113.9"), ("/hops", two, "203.0.113.8")]
        {
            let received = client.get(path, &[("Host", "off"), list])?.received();
            assert_eq!(received.text("X-Client").as_deref(), Some(expected), "{path}");
        }
        Ok(())
    })
}

/// Loaded and not used, it does nothing.
#[test]
fn without_directives_nothing_is_different() -> Fallible<()> {
    let http = "server { listen 127.0.0.1:@port@; location / { \
        return 200 '$remote_addr [$tuleap_client_ip$tuleap_client_ip_kind$tuleap_scheme] \
        $tuleap_peer_addr'; } location /b { proxy_pass http://@backend@; } }";
    crate::with_nginx(http, |nginx| {
        let mut client = client(nginx)?;
        let line = ("X-Forwarded-For", "203.0.113.9");
        says(&mut client, "/", &[line], "127.0.0.1 [] 127.0.0.1")?;
        let received = client.get("/b", &[line])?.received();
        assert_eq!(received.text("x-forwarded-for").as_deref(), Some("203.0.113.9"));
        assert!(received.text("x-real-ip").is_none());
        Ok(())
    })
}

/// The server has found the client by then.
#[test]
fn a_location_cannot_find_the_client_in_another_way_than_its_server() -> Fallible<()> {
    with_module(|program| {
        for (server, location) in [
            ("tuleap_client_ip on;", "tuleap_trusted_proxies 10.0.0.1;"),
            ("tuleap_client_ip on;", "tuleap_client_ip_hops 1;"),
            ("tuleap_client_ip shadow;", "tuleap_client_ip on;"),
            ("tuleap_client_ip on;", "tuleap_client_ip shadow;"),
        ] {
            let http = format!("server {{ {server}\nlocation / {{ {location} }} }}");
            let checked = program.check(&Config::http(http))?;
            let text = "can not find the client in a way of its own";
            assert!(!checked.is_accepted && checked.said.contains(text), "{}", checked.said);
        }
        let http = "server { tuleap_client_ip shadow; location / { tuleap_client_ip off;\n\
                    location /a { tuleap_client_ip on; } } }";
        assert!(!program.check(&Config::http(http))?.is_accepted);
        // A location in another one, in a server that is off, finds the client by itself.
        let http = "server { location / { tuleap_client_ip on; tuleap_trusted_proxies 10.0.0.1;\n\
                    location /a { tuleap_trusted_proxies 10.0.0.2; } } }";
        let checked = program.check(&Config::http(http))?;
        assert!(checked.is_accepted, "{}", checked.said);
        // The http level is only what servers inherit.
        let http = "tuleap_client_ip shadow;\nserver { tuleap_client_ip on; \
                    tuleap_trusted_proxies 10.0.0.1; location / { tuleap_client_ip off; } }";
        let checked = program.check(&Config::http(http))?;
        assert!(checked.is_accepted, "{}", checked.said);
        Ok(())
    })
}
