"""Which location takes a path, and where a request goes."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest
import tuleap_front
from tuleap_front import (
    LocationRule,
    Locations,
    RequestRefusal,
    Route,
    RouteExplanation,
    Routes,
    SshStream,
    TuleapFrontError,
)

TEXT = "/ web\n^~ /svnplugin svn\n~* \\.(?:js|css)$ media"
LOCATIONS = Locations(TEXT)
SMALL = Routes("root /srv\n/ static\n/app/ proxy app")
UNTYPED: Any = tuleap_front


def missing(_path: str) -> Any:
    return "missing"


def routed(routes: Routes, target: Any, files: Any = missing, **options: Any) -> Route:
    route = routes.route(target, files, **options)
    assert isinstance(route, Route)
    return route


def test_locations() -> None:
    found = LOCATIONS.find("/a.CSS")
    assert found is not None and found == LOCATIONS.find(b"/a.CSS")
    assert (found.name, found.index) == ("media", 2)
    assert (found.reason, found.code) == ("first-regex", "locations/first-regex")
    assert found.rule == LocationRule("~*", "\\.(?:js|css)$", "media") == LOCATIONS.rules[2]
    assert repr(found) == '<LocationMatch "media" (first-regex)>'
    assert len({found, LOCATIONS.find("/a.css"), LOCATIONS.find("/")}) == 2
    assert Locations("= /a a").find("/b") is None
    assert str(LOCATIONS) == f"{TEXT}\n" and repr(LOCATIONS) == "<Locations: 3 rules>"
    assert copy.copy(LOCATIONS) is LOCATIONS and copy.deepcopy([LOCATIONS])[0] is LOCATIONS


def test_rules() -> None:
    rule = LocationRule("^~", "/svnplugin", "svn")
    assert (rule.modifier, rule.pattern, rule.name) == ("^~", "/svnplugin", "svn")
    assert str(rule) == "^~ /svnplugin svn" and eval(repr(rule)) == rule
    assert hash(rule) == hash(LocationRule("^~", "/svnplugin", "svn"))
    made = Locations(iter([LocationRule("", "/", "web"), rule]))
    assert [it.name for it in made.rules] == ["web", "svn"]
    assert str(made) == "/ web\n^~ /svnplugin svn\n"


def test_explanation_of_locations() -> None:
    explanation = LOCATIONS.explain("/a.css")
    assert explanation.found == LOCATIONS.find("/a.css")
    assert (explanation.reason, explanation.code) == ("first-regex", "locations/first-regex")
    assert explanation.prefix == LOCATIONS.rules[0]
    assert explanation.regexes == (LOCATIONS.rules[2],)
    known = explanation.to_dict()
    assert (known["location"], known["index"], known["reason"]) == ("media", 2, "first-regex")
    assert str(explanation).startswith("location media (first-regex)\n")
    assert repr(explanation) == "<LocationsExplanation: first-regex>"
    nothing = Locations("= /a a").explain("/b")
    assert (nothing.found, nothing.prefix, nothing.reason) == (None, None, "no-location")


def test_routes() -> None:
    routes = Routes.documented("distributed")
    svn = routed(routes, "/svnplugin/a/trunk")
    assert (svn.outcome, svn.backend, svn.file, svn.status) == ("proxy", "svn", None, None)
    assert svn.rule is not None and svn.rule.name == "proxy svn"
    assert svn.internal_redirects == 0 and svn.is_allowed
    assert repr(svn) == "<Route proxy svn>"
    php = routed(routes, b"/plugins/svn/?group_id=1")
    assert (php.outcome, php.backend) == ("fastcgi", "php")
    assert (php.uri, php.args, php.internal_redirects) == ("/index.php", "group_id=1", 1)
    assert php.file == "/usr/share/tuleap/src/www/index.php"
    assert (php.document_root, php.script_name) == ("/usr/share/tuleap/src/www", "/index.php")
    assert set(routes.backends) == set(Routes.recommended().backends) == {"web", "svn", "php"}
    assert routed(Routes.documented("distributed", "try-files"), "/a").backend == "php"
    assert routed(Routes.documented("reverse-proxy"), "/a").backend == "web"
    assert [rule.name for rule in SMALL.locations.rules] == ["static", "proxy app"]
    assert str(Routes(str(SMALL))) == str(SMALL) and repr(SMALL) == "<Routes to app>"
    assert copy.copy(SMALL) is SMALL and copy.deepcopy([SMALL])[0] is SMALL


def test_files() -> None:
    asked: list[str] = []

    def files(path: str) -> Any:
        asked.append(path)
        return "file"

    name = "/\xe4 \udcff"
    route = routed(SMALL, b"/%c3%a4%20%ff", files)
    assert (route.outcome, route.file) == ("file", f"/srv{name}")
    assert asked == [route.file] and route.file is not None
    assert os.fsencode(route.file) == b"/srv/\xc3\xa4 \xff"
    assert route.uri.encode("latin-1") == b"/\xc3\xa4 \xff"
    assert not routed(SMALL, "/a", files, method="POST").is_allowed
    assert routed(SMALL, "/a", files, method=b"HEAD").is_allowed


def test_files_of_the_machine(tmp_path: Any) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/index.html").write_text("")

    def files(path: str) -> Any:
        if os.path.isdir(path):
            return "directory"
        return "file" if os.path.isfile(path) else "missing"

    routes = Routes(f"root {tmp_path}\n/ static")
    index = routed(routes, "/folder/", files)
    assert index.file == f"{tmp_path}/folder/index.html"
    redirect = routed(routes, "/folder?x", files)
    assert (redirect.outcome, redirect.status, redirect.location) == (
        "redirect",
        301,
        "/folder/?x",
    )
    assert repr(redirect) == "<Route redirect 301>"
    refused = routed(routes, "/other", files)
    assert (refused.status, refused.reason, refused.code) == (404, "not-found", "routes/not-found")
    assert refused.text == "there is no such file"


def test_what_nginx_refuses_first() -> None:
    for answer in (SMALL.route("/..", missing), SMALL.explain(b"/..", missing)):
        assert isinstance(answer, RequestRefusal)
        assert (answer.status, answer.reason) == (400, "above-root")
    assert routed(SMALL, "//a", merge_slashes=False).uri == "//a"


def test_explanation_of_a_route() -> None:
    explanation = Routes.recommended().explain("/plugins/svn/admin?x", missing)
    assert isinstance(explanation, RouteExplanation)
    assert explanation.route.backend == "php"
    known = explanation.to_dict()
    assert (known["outcome"], known["backend"]) == ("fastcgi", "php")
    assert [step["step"] for step in known["steps"]] == ["location", "file", "internal", "location"]
    assert str(explanation).startswith("route fastcgi php\n")
    assert repr(explanation) == "<RouteExplanation of Route fastcgi php>"


def test_ssh() -> None:
    guide, ours = SshStream.documented(), SshStream.recommended()
    assert (guide.listen, guide.max_fails) == (22, 2)
    assert (guide.fail_timeout, guide.connect_timeout, guide.timeout) == (5.0, 1.0, 3.0)
    assert ours.timeout == 3600.0 and ours != guide and hash(guide) != hash(ours)
    assert str(guide).endswith("proxy_timeout 3s;") and repr(guide) == f"<SshStream {guide}>"


@pytest.mark.parametrize("ask", [SMALL.route, SMALL.explain])
def test_what_the_function_raises_is_raised(ask: Any) -> None:
    class Fault(Exception):
        pass

    def raises(_path: str) -> Any:
        raise Fault

    with pytest.raises(Fault):
        ask("/a/", raises)
    with pytest.raises(TypeError, match="the answer of files must be str, not bool"):
        ask("/a", lambda path: True)
    with pytest.raises(TuleapFrontError, match="file, directory or missing"):
        ask("/a", lambda path: "yes")
    with pytest.raises(TypeError, match="files must be a function, not NoneType"):
        ask("/a", None)


@pytest.mark.parametrize(
    ("call", "code", "place"),
    [
        (lambda: Locations(""), "locations/empty", (0, 1, 1)),
        (lambda: Locations("/ a\n~ ^/(?!b) c"), "locations/unsupported-pattern", (1, 2, 5)),
        (lambda: Locations([LocationRule("", "/", "a")] * 2), "locations/duplicate", (1, 1, 1)),
        (lambda: Routes("/ proxy web\n/ proxy svn"), "locations/duplicate", (1, 2, 1)),
        (lambda: Routes("/theme alias /usr/share/theme/"), "routes/alias-slash", (0, 1, 14)),
    ],
)
def test_refusals(call: Any, code: str, place: Any) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    error = refused.value
    assert (error.code, (error.entry, error.line, error.column)) == (code, place)
    assert error.hint is not None and error.hint in str(error)


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.LocationRule("^", "/", "a"),
        lambda: UNTYPED.Routes.documented("other"),
        lambda: UNTYPED.Routes.documented("distributed", "files"),
        lambda: UNTYPED.Routes.documented("reverse-proxy", "try-files"),
    ],
)
def test_words_without_a_meaning(call: Any) -> None:
    with pytest.raises(TuleapFrontError) as refused:
        call()
    assert refused.value.code == "abi/argument"


@pytest.mark.parametrize(
    "call",
    [
        lambda: UNTYPED.Locations(None),
        lambda: UNTYPED.Locations(["/ a"]),
        lambda: UNTYPED.Locations(b"/ a"),
        lambda: LOCATIONS.find(UNTYPED),
        lambda: UNTYPED.Routes(None),
        lambda: SMALL.route(UNTYPED, missing),
        lambda: SMALL.route("/", missing, method=UNTYPED),
        lambda: UNTYPED.Route(),
    ],
)
def test_wrong_types(call: Any) -> None:
    with pytest.raises(TypeError):
        call()
