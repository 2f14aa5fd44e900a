"""Which server or which file answers a request in the distributed set-up?"""

import os
from typing import Literal

from tuleap_front import RequestRefusal, Routes

routes = Routes.recommended()


def kind(path: str) -> Literal["file", "directory", "missing"]:
    """What is on this machine."""
    if os.path.isdir(path):
        return "directory"
    return "file" if os.path.isfile(path) else "missing"


for target, backend in [
    ("/svnplugin/a/trunk", "svn"),
    ("/projects/a?x=1", "web"),
    ("/index.php", "php"),
]:
    route = routes.route(target, kind)
    assert not isinstance(route, RequestRefusal), route.text
    assert route.backend == backend

refused = routes.route("/../etc/passwd", kind)
assert isinstance(refused, RequestRefusal) and refused.status == 400
print(routes.explain("/plugins/svn/admin", lambda path: "missing"))
