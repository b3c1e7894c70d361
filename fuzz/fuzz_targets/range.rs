#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| onetimeshare_fuzz::range::check(data));
