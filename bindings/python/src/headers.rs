//! Request headers as Python has them: pairs, a mapping, or a WSGI environment. Values are
//! converted only where they are read.

use std::cell::OnceCell;
use std::sync::OnceLock;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::OnceLockExt as _;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};
use tuleap_front::{HeaderName, RequestHeaders};

use crate::text::{Text, wrong_type};

/// Header lines in wire order.
#[derive(Debug, Default)]
pub(crate) struct Lines<'py>(Vec<Line<'py>>);

/// A name and a value. What is `bytes` is lent by the objects themselves; what is `str` is
/// converted when it is first asked for.
#[derive(Debug)]
struct Line<'py> {
    pair: Bound<'py, PyTuple>,
    /// In bytes or characters: the two are the same for the names of headers.
    name_length: usize,
    name: OnceCell<Text<'py>>,
    value: OnceCell<Text<'py>>,
}

impl<'py> Line<'py> {
    #[inline]
    fn new(pair: Bound<'py, PyTuple>) -> PyResult<Self> {
        let name = pair.get_borrowed_item(0)?;
        let name_length = if let Ok(name) = name.cast::<PyBytes>() {
            name.as_bytes().len()
        } else if let Ok(name) = name.cast::<PyString>() {
            name.code_point_len()?
        } else {
            return Err(wrong_type(&name, "a header's name", "str or bytes"));
        };
        let value = pair.get_borrowed_item(1)?;
        if !value.is_instance_of::<PyBytes>() && !value.is_instance_of::<PyString>() {
            return Err(wrong_type(&value, "a header's value", "str or bytes"));
        }
        Ok(Self { pair, name_length, name: OnceCell::new(), value: OnceCell::new() })
    }

    #[inline]
    fn name(&self) -> &[u8] {
        bytes(&self.pair, 0, &self.name)
    }

    #[inline]
    fn value(&self) -> &[u8] {
        bytes(&self.pair, 1, &self.value)
    }

    /// Is this the header's name? Most lines have names of another length.
    #[inline]
    fn is_named(&self, name: &[u8]) -> bool {
        self.name_length == name.len() && self.name().eq_ignore_ascii_case(name)
    }
}

/// The bytes of an item, which is `bytes` or `str`.
#[inline]
fn bytes<'a, 'py>(
    pair: &'a Bound<'py, PyTuple>,
    index: usize,
    text: &'a OnceCell<Text<'py>>,
) -> &'a [u8] {
    let Ok(item) = pair.get_borrowed_item(index) else { return &[] };
    if let Ok(bytes) = item.extract::<&'a [u8]>() {
        return bytes;
    }
    match item.cast::<PyString>() {
        Ok(item) => text.get_or_init(|| Text::from_str(&item)).as_bytes(),
        // `Line::new` lets nothing else in.
        Err(_) => &[],
    }
}

impl<'py> Lines<'py> {
    /// One pair; a value that is a list or a tuple holds one line per item.
    #[inline]
    fn push(&mut self, pair: Bound<'py, PyAny>) -> PyResult<()> {
        let pair = match pair.cast_into::<PyTuple>() {
            Ok(pair) => pair,
            Err(other) => match other.into_inner().cast::<PyList>() {
                Ok(list) => list.to_tuple(),
                Err(_) => return Err(not_a_pair()),
            },
        };
        if pair.len() != 2 {
            return Err(not_a_pair());
        }
        match Line::new(pair.clone()) {
            Ok(line) => self.0.push(line),
            Err(error) => self.push_several(&pair, error)?,
        }
        Ok(())
    }

    #[cold]
    fn push_several(&mut self, pair: &Bound<'py, PyTuple>, error: PyErr) -> PyResult<()> {
        let (name, values) = (pair.get_item(0)?, pair.get_item(1)?);
        if !values.is_instance_of::<PyList>() && !values.is_instance_of::<PyTuple>() {
            return Err(error);
        }
        for value in values.try_iter()? {
            self.0.push(Line::new(PyTuple::new(pair.py(), [name.clone(), value?])?)?);
        }
        Ok(())
    }
}

/// A name and a value of our own.
pub(crate) type OwnedLine = (Vec<u8>, Vec<u8>);

impl Lines<'_> {
    /// For what is asked more than once.
    pub(crate) fn to_owned(&self) -> Vec<OwnedLine> {
        self.lines().map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
    }
}

#[cold]
fn not_a_pair() -> PyErr {
    PyTypeError::new_err("headers must be pairs of a name and a value")
}

impl<'py> FromPyObject<'_, 'py> for Lines<'py> {
    type Error = PyErr;

    /// Pairs in any iterable, or whatever has `items()`.
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mut lines = Self::default();
        if let Ok(list) = object.cast::<PyList>() {
            lines.0.reserve_exact(list.len());
            for pair in list.iter() {
                lines.push(pair)?;
            }
            return Ok(lines);
        }
        let expected = "a mapping or an iterable of pairs";
        if object.is_none() || object.is_instance_of::<PyString>() {
            return Err(wrong_type(&object, "headers", expected));
        }
        let items = match object.getattr_opt(intern!(object.py(), "items"))? {
            Some(items) => items.call0()?,
            None => (*object).clone(),
        };
        for pair in items.try_iter().map_err(|_| wrong_type(&object, "headers", expected))? {
            lines.push(pair?)?;
        }
        Ok(lines)
    }
}

impl RequestHeaders for Lines<'_> {
    #[inline]
    fn values_from_last<'h>(&'h self, name: &'h HeaderName) -> impl Iterator<Item = &'h [u8]> {
        let name: &[u8] = name.as_ref();
        self.0.iter().rev().filter(move |line| line.is_named(name)).map(Line::value)
    }

    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|line| (line.name(), line.value()))
    }
}

/// The values of one header: a `str` or `bytes` object, an iterable of them, or `None`.
#[derive(Debug)]
pub(crate) enum Values<'py> {
    One(Text<'py>),
    Several(Vec<Text<'py>>),
}

impl Values<'_> {
    #[inline]
    pub(crate) fn with_slices<R>(&self, ask: impl FnOnce(&[&[u8]]) -> R) -> R {
        match self {
            Self::One(value) => ask(&[value.as_bytes()]),
            Self::Several(values) => ask(&values.iter().map(Text::as_bytes).collect::<Vec<_>>()),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for Values<'py> {
    type Error = PyErr;

    #[inline]
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        const WHAT: &str = "a header's value";
        if object.is_none() {
            return Ok(Self::Several(Vec::new()));
        }
        if object.is_instance_of::<PyString>() || object.is_instance_of::<PyBytes>() {
            return Ok(Self::One(Text::new(&object, WHAT)?));
        }
        let expected = "str, bytes, an iterable of them or None";
        let items = object.try_iter().map_err(|_| wrong_type(&object, WHAT, expected))?;
        Ok(Self::Several(items.map(|item| Text::new(&item?, WHAT)).collect::<PyResult<_>>()?))
    }
}

/// The headers of a WSGI environment (PEP 3333): `HTTP_X_FORWARDED_FOR` and its kin. A server
/// joins the lines of one header.
#[derive(Debug)]
pub(crate) struct Environ<'a, 'py> {
    environ: &'a Bound<'py, PyDict>,
    keys: &'a Keys,
    /// What was read, so that it can be lent.
    read: OnceCell<Box<Variable<'py>>>,
}

#[derive(Debug)]
struct Variable<'py> {
    name: HeaderName,
    value: Option<Text<'py>>,
    next: OnceCell<Box<Variable<'py>>>,
}

impl<'a, 'py> Environ<'a, 'py> {
    pub(crate) fn new(environ: &'a Bound<'py, PyDict>, keys: &'a Keys) -> Self {
        Self { environ, keys, read: OnceCell::new() }
    }

    fn value(&self, name: &HeaderName) -> Option<&[u8]> {
        let mut cell = &self.read;
        loop {
            let variable = cell.get_or_init(|| Box::new(self.look_up(name)));
            if variable.name == *name {
                return variable.value.as_ref().map(Text::as_bytes);
            }
            cell = &variable.next;
        }
    }

    fn look_up(&self, name: &HeaderName) -> Variable<'py> {
        let key = self.keys.get(self.environ.py(), name);
        let value = self.environ.get_item(key).ok().flatten();
        let value = value.and_then(|value| Text::new(&value, "a header's value").ok());
        Variable { name: name.clone(), value, next: OnceCell::new() }
    }
}

impl RequestHeaders for Environ<'_, '_> {
    fn values_from_last<'h>(&'h self, name: &'h HeaderName) -> impl Iterator<Item = &'h [u8]> {
        self.value(name).into_iter()
    }

    /// Nobody who holds an environment asks for this.
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        std::iter::empty()
    }
}

/// The variables of the headers that were ever asked for: as many as the configuration names.
#[derive(Debug, Default)]
pub(crate) struct Keys(OnceLock<Box<Key>>);

#[derive(Debug)]
struct Key {
    name: HeaderName,
    variable: Py<PyString>,
    next: OnceLock<Box<Key>>,
}

impl Keys {
    fn get<'py>(&self, py: Python<'py>, name: &HeaderName) -> &Bound<'py, PyString> {
        let mut cell = &self.0;
        loop {
            let key = cell.get_or_init_py_attached(py, || Box::new(Key::new(py, name)));
            if key.name == *name {
                return key.variable.bind(py);
            }
            cell = &key.next;
        }
    }
}

impl Key {
    fn new(py: Python<'_>, name: &HeaderName) -> Self {
        let variable = format!("HTTP_{}", name.as_str().to_ascii_uppercase().replace('-', "_"));
        let variable = PyString::intern(py, &variable).unbind();
        Self { name: name.clone(), variable, next: OnceLock::new() }
    }
}
