#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vendors::fuzzing::anywhere365_reply(bytes));
