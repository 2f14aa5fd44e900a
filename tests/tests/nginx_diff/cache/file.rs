//! The header of a cache file.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use tuleap_front_tests::server::{Fallible, at};

/// Where the time until which an entry is fresh stands.
const VALID: u64 = 8;

/// What stands in front of the answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct File {
    pub(super) valid: i64,
    pub(super) updating: i64,
    pub(super) error: i64,
    pub(super) vary: Vec<u8>,
    pub(super) variant: String,
    pub(super) key: Vec<u8>,
}

impl File {
    pub(super) fn read(path: &Path) -> Fallible<Self> {
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(at(path.display()))?;
        file.take(4096).read_to_end(&mut bytes).map_err(at(path.display()))?;
        Self::parse(&bytes).ok_or_else(|| format!("{}: no cache file", path.display()))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let number = |start: usize| {
            let bytes = bytes.get(start..start + 8)?;
            Some(i64::from_le_bytes(bytes.try_into().ok()?))
        };
        let vary = usize::from(*bytes.get(187)?);
        let key = bytes.get(336..)?.strip_prefix(b"\nKEY: ")?;
        let end = key.iter().position(|byte| *byte == b'\n')?;
        let mut variant = String::new();
        for byte in bytes.get(316..332)? {
            variant.push_str(&format!("{byte:02x}"));
        }
        Some(Self {
            valid: number(8)?,
            updating: number(16)?,
            error: number(24)?,
            vary: bytes.get(188..188 + vary)?.to_vec(),
            variant,
            key: key.get(..end)?.to_vec(),
        })
    }

    /// Time passes: the entry is fresh for so many seconds less.
    pub(super) fn age(path: &Path, seconds: i64) -> Fallible<()> {
        let valid = Self::read(path)?.valid.saturating_sub(seconds);
        let file = OpenOptions::new().write(true).open(path).map_err(at(path.display()))?;
        file.write_all_at(&valid.to_le_bytes(), VALID).map_err(at(path.display()))
    }
}

/// Every file in the folder of a cache, from it on.
pub(super) fn all(folder: &Path) -> Fallible<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).map_err(at(next.display()))? {
            let path = entry.map_err(at(next.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(path) = path.strip_prefix(folder) {
                found.push(path.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}
