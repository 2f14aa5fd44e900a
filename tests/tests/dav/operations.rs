//! What is done with `svn`, as tables: a script for the shell, and what must be committed, as
//! `svnlook changed` tells it: letters, path, and after `<` what it is a copy of.

use crate::report::Known;

/// How the URL is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Door {
    /// `https://localhost:PORT/svn`
    Plain,
    /// A repository that speaks the protocol of Subversion before 1.7 only.
    FirstProtocol,
    /// `https://alice@localhost:PORT/svn`
    User,
    /// `https://[::1]:PORT/svn`
    Ipv6,
    /// `https://localhost:0PORT/svn`
    Zeros,
    /// `https://localhost:PORT/old`, from where the server redirects to `/svn`
    Moved,
    /// `https://localhost:PORT/svn` where nobody does anything about `Destination`; not every front
    /// has it.
    Helpless,
}

/// Operations through one door.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) door: Door,
    pub(crate) operations: &'static [Operation],
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) title: &'static str,
    /// `$URL` is a folder with [`TREE`], `$BASE` the repository's URL.
    pub(crate) script: &'static str,
    pub(crate) commits: &'static [&'static str],
    pub(crate) by_the_guide: Known,
}

const fn right(
    title: &'static str,
    script: &'static str,
    commits: &'static [&'static str],
) -> Operation {
    Operation { title, script, commits, by_the_guide: Known::Right }
}

/// With the guide's lines nginx escapes what their expression found where the path of the request
/// holds an escape or a plus sign (its ticket 348).
const fn wrong_by_the_guide(
    title: &'static str,
    script: &'static str,
    commits: &'static [&'static str],
) -> Operation {
    Operation { title, script, commits, by_the_guide: Known::Wrong }
}

/// What is in the folder of each operation.
pub(crate) const TREE: &[(&str, &str)] = &[
    ("trunk/a.txt", "one\ntwo\nthree\n"),
    ("trunk/b.txt", "b\n"),
    ("trunk/a b.txt", "a b\n"),
    ("trunk/folder/c.txt", "c\n"),
    ("trunk/folder/deep/d.txt", "d\n"),
    ("branches/readme.txt", "branches\n"),
    ("tags/readme.txt", "tags\n"),
];

pub(crate) const GROUPS: &[Group] = &[
    Group { name: "svn", door: Door::Plain, operations: SVN },
    Group { name: "locks", door: Door::Plain, operations: LOCKS },
    Group { name: "v1", door: Door::FirstProtocol, operations: FIRST_PROTOCOL },
    Group { name: "authz", door: Door::Plain, operations: AUTHZ },
    Group { name: "user", door: Door::User, operations: COPIES },
    Group { name: "ipv6", door: Door::Ipv6, operations: COPIES },
    Group { name: "zeros", door: Door::Zeros, operations: COPIES },
    Group { name: "moved", door: Door::Moved, operations: MOVED },
    Group { name: "helpless", door: Door::Helpless, operations: HELPLESS },
];

const SVN: &[Operation] = &[
    right("mkdir", "svn mkdir -q -m done $URL/trunk/new", &["A trunk/new/"]),
    right(
        "import",
        "mkdir new; echo x > new/x.txt; svn import -q -m done new $URL/trunk/new",
        &["A trunk/new/", "A trunk/new/x.txt"],
    ),
    right("checkout", "checkout; cat wc/a.txt wc/folder/deep/d.txt > /dev/null", &[]),
    right(
        "commit",
        "checkout; echo x > wc/b.txt; svn propset -q p v wc/a.txt; svn commit -q -m done wc",
        &["U trunk/b.txt", "_U trunk/a.txt"],
    ),
    right(
        "cp URL URL, a file",
        "svn cp -q -m done $URL/trunk/a.txt $URL/trunk/new.txt
         svn cat $URL/trunk/new.txt | grep -q three",
        &["A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "cp URL URL, a folder",
        "svn cp -q -m done $URL/trunk/folder $URL/trunk/new; svn ls $URL/trunk/new/deep | grep -q d.txt",
        &["A trunk/new/ < trunk/folder/"],
    ),
    right(
        "cp -r 1 URL URL, an old revision",
        "svnmucc -m done put /dev/null $URL/trunk/a.txt
         svn cp -q -m done -r 1 $URL/trunk/a.txt $URL/trunk/new.txt
         svn cat $URL/trunk/new.txt | grep -q three",
        &["U trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "cp URL@1 URL, what is gone since",
        "svn rm -q -m done $URL/trunk/folder; svn cp -q -m done $URL/trunk/folder@1 $URL/trunk/folder",
        &["D trunk/folder/", "A trunk/folder/ < trunk/folder/"],
    ),
    right(
        "cp --parents URL URL",
        "svn cp -q -m done --parents $URL/trunk/a.txt $URL/trunk/x/y/new.txt",
        &["A trunk/x/", "A trunk/x/y/", "A trunk/x/y/new.txt < trunk/a.txt"],
    ),
    right(
        "cp URL URL URL, several sources",
        "svn cp -q -m done $URL/trunk/a.txt $URL/trunk/b.txt $URL/trunk/folder $URL/tags",
        &["A tags/a.txt < trunk/a.txt", "A tags/b.txt < trunk/b.txt", "A tags/folder/ < trunk/folder/"],
    ),
    wrong_by_the_guide(
        "cp URL URL, 'a b.txt' to 'c d.txt'",
        "svn cp -q -m done $URL/trunk/a%20b.txt $URL/trunk/c%20d.txt
         svn cat $URL/trunk/c%20d.txt | grep -q 'a b'",
        &["A trunk/c d.txt < trunk/a b.txt"],
    ),
    right(
        "mv URL URL, a file",
        "svn mv -q -m done $URL/trunk/a.txt $URL/trunk/new.txt",
        &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "mv URL URL, a folder",
        "svn mv -q -m done $URL/trunk/folder $URL/trunk/new",
        &["D trunk/folder/", "A trunk/new/ < trunk/folder/"],
    ),
    right(
        "mv URL URL URL, several sources",
        "svn mv -q -m done $URL/trunk/a.txt $URL/trunk/b.txt $URL/trunk/folder",
        &[
            "D trunk/a.txt",
            "D trunk/b.txt",
            "A trunk/folder/a.txt < trunk/a.txt",
            "A trunk/folder/b.txt < trunk/b.txt",
        ],
    ),
    right(
        "cp WC URL, with a change that is not committed",
        "checkout; echo x > wc/folder/c.txt; svn cp -q -m done wc/folder $URL/trunk/new",
        &["A trunk/new/ < trunk/folder/", "U trunk/new/c.txt"],
    ),
    right(
        "cp WC WC, a file, and commit",
        "checkout; svn cp -q wc/a.txt wc/new.txt; echo x >> wc/new.txt; svn commit -q -m done wc
         svn cat $URL/trunk/new.txt | grep -q x",
        &["A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "cp WC WC, a folder with changes in it, and commit",
        "checkout; svn cp -q wc/folder wc/new; echo x > wc/new/c.txt; svn rm -q wc/new/deep/d.txt
         echo x > wc/new/x.txt; svn add -q wc/new/x.txt; svn commit -q -m done wc",
        &[
            "A trunk/new/ < trunk/folder/",
            "U trunk/new/c.txt",
            "D trunk/new/deep/d.txt",
            "A trunk/new/x.txt",
        ],
    ),
    right(
        "cp URL WC, and commit",
        "checkout; svn cp -q $URL/tags/readme.txt wc/new.txt; svn commit -q -m done wc",
        &["A trunk/new.txt < tags/readme.txt"],
    ),
    right(
        "mv WC WC, a file and an edit, and commit",
        "checkout; svn mv -q wc/a.txt wc/new.txt; echo x >> wc/new.txt; svn commit -q -m done wc
         svn cat $URL/trunk/new.txt | grep -q x",
        &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
    wrong_by_the_guide(
        "mv WC WC, 'a b.txt' to 'c d.txt' and an edit, and commit",
        "checkout; svn mv -q 'wc/a b.txt' 'wc/c d.txt'; echo x >> 'wc/c d.txt'; svn commit -q -m done wc
         svn cat $URL/trunk/c%20d.txt | grep -q x",
        &["D trunk/a b.txt", "A trunk/c d.txt < trunk/a b.txt"],
    ),
    right(
        "mv WC WC, a folder, and commit",
        "checkout; svn mv -q wc/folder wc/new; svn commit -q -m done wc; svn update -q wc",
        &["D trunk/folder/", "A trunk/new/ < trunk/folder/"],
    ),
    right(
        "a branch",
        "svn cp -q -m done $URL/trunk $URL/branches/one; svn cat $URL/branches/one/a.txt | grep -q two",
        &["A branches/one/ < trunk/"],
    ),
    right(
        "a tag of a working copy of mixed revisions",
        "checkout; echo x > wc/b.txt; svn commit -q -m done wc; svn cp -q -m done wc $URL/tags/one
         svn cat $URL/tags/one/b.txt | grep -q x",
        &["U trunk/b.txt", "A tags/one/ < trunk/", "D tags/one/b.txt", "A tags/one/b.txt < trunk/b.txt"],
    ),
    right(
        "switch, and commit on the branch",
        "svn cp -q -m done $URL/trunk $URL/branches/one; checkout; svn switch -q $URL/branches/one wc
         echo x > wc/b.txt; svn commit -q -m done wc",
        &["A branches/one/ < trunk/", "U branches/one/b.txt"],
    ),
    right(
        "merge of an edit",
        "svn cp -q -m done $URL/trunk $URL/branches/one; svn checkout -q $URL/branches/one branch
         echo x > branch/b.txt; svn commit -q -m done branch
         checkout; svn merge -q $URL/branches/one wc; svn commit -q -m done wc",
        &["A branches/one/ < trunk/", "U branches/one/b.txt", "_U trunk/", "U trunk/b.txt"],
    ),
    right(
        "merge that adds with history",
        "svn cp -q -m done $URL/trunk $URL/branches/one; svn checkout -q $URL/branches/one branch
         echo x > branch/x.txt; svn add -q branch/x.txt; svn commit -q -m done branch
         checkout; svn merge -q $URL/branches/one wc; svn commit -q -m done wc
         svn log -q $URL/trunk/x.txt | grep -c '^r' | grep -qx 2",
        &[
            "A branches/one/ < trunk/",
            "A branches/one/x.txt",
            "_U trunk/",
            "A trunk/x.txt < branches/one/x.txt",
        ],
    ),
    right(
        "merge of a move",
        "svn cp -q -m done $URL/trunk $URL/branches/one
         svn mv -q -m done $URL/branches/one/a.txt $URL/branches/one/new.txt
         checkout; svn merge -q $URL/branches/one wc; svn commit -q -m done wc",
        &[
            "A branches/one/ < trunk/",
            "D branches/one/a.txt",
            "A branches/one/new.txt < branches/one/a.txt",
            "_U trunk/",
            "D trunk/a.txt",
            "A trunk/new.txt < branches/one/new.txt",
        ],
    ),
    right(
        "replace by a copy, and commit",
        "checkout; svn rm -q wc/a.txt; svn cp -q wc/b.txt wc/a.txt; svn commit -q -m done wc
         svn cat $URL/trunk/a.txt | grep -qx b",
        &["D trunk/a.txt", "A trunk/a.txt < trunk/b.txt"],
    ),
    right(
        "back from the dead: cp URL@1 WC, and commit",
        "svn rm -q -m done $URL/trunk/a.txt; checkout; svn cp -q $URL/trunk/a.txt@1 wc/a.txt
         svn commit -q -m done wc",
        &["D trunk/a.txt", "A trunk/a.txt < trunk/a.txt"],
    ),
    right(
        "rm URL and rm WC",
        "svn rm -q -m done $URL/trunk/a.txt; checkout; svn rm -q wc/folder; svn commit -q -m done wc",
        &["D trunk/a.txt", "D trunk/folder/"],
    ),
    right(
        "log follows a copy",
        "svn cp -q -m done $URL/trunk/a.txt $URL/trunk/new.txt
         svn log -q $URL/trunk/new.txt | grep -c '^r' | grep -qx 2",
        &["A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "blame follows a copy",
        "svn cp -q -m done $URL/trunk/a.txt $URL/trunk/new.txt
         svn blame $URL/trunk/new.txt | grep -q '^ *1 .*two'",
        &["A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "diff of a copy and its source",
        "svn cp -q -m done $URL/trunk $URL/branches/one
         svnmucc -m done put /dev/null $URL/branches/one/b.txt
         svn diff $URL/trunk $URL/branches/one | grep -qx -- -b",
        &["A branches/one/ < trunk/", "U branches/one/b.txt"],
    ),
    right(
        "export of a copy",
        "svn cp -q -m done $URL/trunk $URL/branches/one; svn export -q $URL/branches/one out
         cat out/folder/deep/d.txt 'out/a b.txt' > /dev/null",
        &["A branches/one/ < trunk/"],
    ),
    right(
        "svnmucc cp",
        "svnmucc -m done cp HEAD $URL/trunk/a.txt $URL/tags/a.txt cp 1 $URL/trunk $URL/tags/one",
        &["A tags/a.txt < trunk/a.txt", "A tags/one/ < trunk/"],
    ),
    right(
        "svnmucc mv",
        "svnmucc -m done mv $URL/trunk/a.txt $URL/tags/a.txt mv $URL/trunk/folder $URL/tags/folder",
        &[
            "D trunk/a.txt",
            "A tags/a.txt < trunk/a.txt",
            "D trunk/folder/",
            "A tags/folder/ < trunk/folder/",
        ],
    ),
    right(
        "svnmucc cp, put, rm and propset in one commit",
        "svnmucc -m done cp HEAD $URL/trunk $URL/tags/one put /dev/null $URL/tags/one/b.txt \\
             rm $URL/tags/one/folder propset p v $URL/tags/one/a.txt",
        &[
            "A tags/one/ < trunk/",
            "U tags/one/b.txt",
            "D tags/one/folder/",
            "_U tags/one/a.txt",
        ],
    ),
];

const LOCKS: &[Operation] = &[
    right(
        "lock and unlock by URL",
        "svn lock -q $URL/trunk/a.txt; test \"$(owner trunk/a.txt)\" = alice
         svn unlock -q $URL/trunk/a.txt; test -z \"$(owner trunk/a.txt)\"",
        &[],
    ),
    right(
        "commit of what is locked",
        "checkout; svn lock -q wc/a.txt; echo x > wc/a.txt; svn commit -q -m done wc
         test -z \"$(owner trunk/a.txt)\"",
        &["U trunk/a.txt"],
    ),
    right(
        "commit --no-unlock",
        "checkout; svn lock -q wc/a.txt; echo x > wc/a.txt; svn commit -q --no-unlock -m done wc
         test \"$(owner trunk/a.txt)\" = alice",
        &["U trunk/a.txt"],
    ),
    right(
        "commit of what somebody else has locked is refused",
        "as bob svn lock -q $URL/trunk/a.txt; checkout; echo x > wc/a.txt
         refused E160038 svn commit -q -m done wc",
        &[],
    ),
    right(
        "a lock is stolen and broken",
        "as bob svn lock -q $URL/trunk/a.txt; refused W160035 svn lock $URL/trunk/a.txt
         svn lock -q --force $URL/trunk/a.txt; test \"$(owner trunk/a.txt)\" = alice
         as bob svn unlock -q --force $URL/trunk/a.txt; test -z \"$(owner trunk/a.txt)\"",
        &[],
    ),
    right(
        "cp URL URL of what somebody else has locked",
        "as bob svn lock -q $URL/trunk/a.txt; svn cp -q -m done $URL/trunk/a.txt $URL/trunk/new.txt
         test \"$(owner trunk/a.txt)\" = bob; test -z \"$(owner trunk/new.txt)\"",
        &["A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "mv URL URL of what somebody else has locked is refused",
        "as bob svn lock -q $URL/trunk/a.txt
         refused E160038 svn mv -q -m done $URL/trunk/a.txt $URL/trunk/new.txt",
        &[],
    ),
    right(
        "mv WC WC of what is locked, with its token, and commit",
        "checkout; svn lock -q wc/a.txt; svn mv -q wc/a.txt wc/new.txt; svn commit -q -m done wc
         test -z \"$(owner trunk/a.txt)\"",
        &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "cp over what is locked, with its token, and commit",
        "checkout; svn lock -q wc/a.txt; svn rm -q --force wc/a.txt; svn cp -q wc/b.txt wc/a.txt
         svn commit -q -m done wc",
        &["D trunk/a.txt", "A trunk/a.txt < trunk/b.txt"],
    ),
    right(
        "cp over what somebody else has locked is refused",
        "checkout; as bob svn lock -q $URL/trunk/a.txt; svn rm -q wc/a.txt
         svn cp -q wc/b.txt wc/a.txt; refused E160038 svn commit -q -m done wc",
        &[],
    ),
    wrong_by_the_guide(
        "mv WC WC of 'a b.txt', which is locked, and commit",
        "checkout; svn lock -q 'wc/a b.txt'; svn mv -q 'wc/a b.txt' 'wc/c d.txt'
         svn commit -q -m done wc; test -z \"$(owner 'trunk/a b.txt')\"",
        &["D trunk/a b.txt", "A trunk/c d.txt < trunk/a b.txt"],
    ),
];

const FIRST_PROTOCOL: &[Operation] = &[
    right("checkout", "checkout; cat wc/folder/deep/d.txt > /dev/null", &[]),
    right("commit", "checkout; echo x > wc/b.txt; svn commit -q -m done wc", &["U trunk/b.txt"]),
    right(
        "a branch",
        "svn cp -q -m done $URL/trunk $URL/branches/one",
        &["A branches/one/ < trunk/"],
    ),
    right(
        "mv URL URL, a file",
        "svn mv -q -m done $URL/trunk/a.txt $URL/trunk/new.txt",
        &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "cp WC WC, a folder with changes in it, and commit",
        "checkout; svn cp -q wc/folder wc/new; echo x > wc/new/c.txt; svn commit -q -m done wc",
        &["A trunk/new/ < trunk/folder/", "U trunk/new/c.txt"],
    ),
    wrong_by_the_guide(
        "cp URL URL, 'a b.txt' to 'c d.txt'",
        "svn cp -q -m done $URL/trunk/a%20b.txt $URL/trunk/c%20d.txt",
        &["A trunk/c d.txt < trunk/a b.txt"],
    ),
    right(
        "mv WC WC of what is locked, with its token, and commit",
        "checkout; svn lock -q wc/a.txt; svn mv -q wc/a.txt wc/new.txt; svn commit -q -m done wc",
        &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
];

const AUTHZ: &[Operation] = &[
    right(
        "cp URL URL from where one may only read",
        "svn cp -q -m done $BASE/closed/a.txt $URL/trunk/new.txt",
        &["A trunk/new.txt < closed/a.txt"],
    ),
    right(
        "cp URL URL to where one may only read is refused",
        "refused 'E175013\\|E195023' svn cp -q -m done $URL/trunk/a.txt $BASE/closed/new.txt",
        &[],
    ),
    right(
        "cp URL URL from where one may not read is refused",
        "refused 'E175013\\|E195023\\|E160013\\|E170001' svn cp -q -m done $BASE/hidden/a.txt $URL/trunk/new.txt",
        &[],
    ),
    right(
        "mv URL URL from where one may only read is refused",
        "refused 'E175013\\|E195023' svn mv -q -m done $BASE/closed/a.txt $URL/trunk/new.txt",
        &[],
    ),
];

/// Those that send a `Destination`.
const COPIES: &[Operation] = &[
    right(
        "cp URL URL, a file",
        "svn cp -q -m done $URL/trunk/a.txt $URL/trunk/new.txt",
        &["A trunk/new.txt < trunk/a.txt"],
    ),
    right(
        "mv WC WC, a folder, and commit",
        "checkout; svn mv -q wc/folder wc/new; svn commit -q -m done wc",
        &["D trunk/folder/", "A trunk/new/ < trunk/folder/"],
    ),
    right(
        "mv WC WC of what is locked, with its token, and commit",
        "checkout; svn lock -q wc/a.txt; svn mv -q wc/a.txt wc/new.txt; svn commit -q -m done wc",
        &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
    ),
];

/// `Location` for the client: the guide has nothing for it.
const MOVED: &[Operation] = &[wrong_by_the_guide(
    "checkout of a repository that has moved, mv, and commit",
    "checkout; svn info --show-item url wc | grep -q /svn/
     svn mv -q wc/a.txt wc/new.txt; svn commit -q -m done wc",
    &["D trunk/a.txt", "A trunk/new.txt < trunk/a.txt"],
)];

/// What all this is about: without a rule the backend refuses.
const HELPLESS: &[Operation] = &[
    right("commit", "checkout; echo x > wc/b.txt; svn commit -q -m done wc", &["U trunk/b.txt"]),
    right(
        "cp URL URL is refused by the backend",
        "refused E175002.*502 svn cp -q -m done $URL/trunk/a.txt $URL/trunk/new.txt",
        &[],
    ),
];
