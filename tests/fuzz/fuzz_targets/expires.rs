//! The body and its corpus are shared with an ordinary test: `tuleap_front_tests::fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tuleap_front_tests::fuzz::expires(data));
