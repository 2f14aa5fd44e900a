//! `Routes`.
