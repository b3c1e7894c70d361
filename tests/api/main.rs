//! OneTimeShare from outside: the real program, over real sockets, with a real Redis.
//!
//! Every test ends with a search for what it may have left behind ([`support::teardown`]).
//!
//! Known failure classes of one-time file servers, and what shows that this one is free of each:
//!
//! | class | what goes wrong | shown by |
//! |---|---|---|
//! | C1 | a sweep at start or after a crash takes living files for orphans | `fail_closed::a_redis_that_forgot_everything_costs_no_blob`, `fail_closed::three_servers_that_sweep_at_once_remove_no_living_blob`, `crash`, `bundled::shares_survive_kill_9_of_everything` |
//! | C2 | the file is sent first and claimed afterwards: several recipients | `race`, `collect_once::twenty_simultaneous_collectors_yield_one_file` |
//! | C3 | a client that hangs up loses the file | `delivery::an_interrupted_download_is_resumed_by_its_ticket` |
//! | C4 | a failed decryption deletes the file | `damage::damage_found_before_the_claim_is_5xx_and_the_share_is_untouched`, `damage::damage_found_after_the_claim_breaks_the_connection_and_deletes_nothing` |
//! | C5 | a locked file opens with the right passphrase, or its count starts anew | `passphrase::five_wrong_guesses_lock_until_the_owner_unlocks` |
//! | C6 | an answer hands out key material | every answer is parsed into a type that knows no other key ([`support::views`]); `secrets` |
//! | C7 | two hashes of one passphrase disagree beyond some length | `passphrase::a_long_passphrase_counts_to_its_last_byte` |
//! | C8 | a file cut at a chunk's edge is served as complete | `damage::damage_found_before_the_claim_is_5xx_and_the_share_is_untouched` |
//! | C9 | a count on a record that has just vanished makes an immortal one | `expiry::no_refused_request_brings_an_expired_share_back`; [`support::teardown`] finds any key of a share without an end |
//! | C10 | a try resets the expiry or brings a deleted share back | `expiry::no_refused_request_brings_an_expired_share_back`, `expiry::after_its_time_a_share_is_gone_with_key_and_bytes` |
//! | C11 | an absent database fails in the midst of an answer | `outage::redis_down_is_503_and_comes_back_without_a_restart`, `outage::a_delivery_that_has_begun_goes_on_without_redis` |
//! | C12 | a preview consumes, ranges are ignored, HEAD counts | `collect_once::showing_the_page_does_not_burn_the_share`, `ranges::asking_without_taking_never_counts`, `ranges::every_range_is_the_slice_it_names` |
//! | C13 | agents are matched by a part of a word, or after a look-up | `agents` |
//! | C14 | limits count per process or per proxy | `limits::uploads_and_reservations_are_limited_by_client_network`; guesses and totals are counted in Redis: `passphrase`, `refused_uploads::above_max_total_and_below_min_free_is_507_until_there_is_room` |
//! | C15 | bad input is a 500, or reaches foreign keys | `refused_uploads::fields_in_the_wrong_place_or_unknown_are_refused_and_leave_nothing`, `contract`, `errors`; ids are parsed as UUIDs before anything is looked up |
//! | C16 | health is cached or disturbs itself | `health::a_hundred_probes_at_once_agree`, `health::a_dead_redis_is_noticed_within_seconds` |
//! | C17 | the uploader's type is echoed, names are mangled or unsafe | `headers::the_bytes_arrive_as_a_download_that_nothing_runs_or_keeps`, `deposit::a_name_arrives_without_what_could_hurt` |
//! | C18 | a default secret opens the operator's door | `cli::a_default_or_short_operator_s_password_is_refused`, `sign_in::without_a_password_there_is_no_operator`; sessions are random and stored, nothing is signed |
//! | C19 | the script's sign-in fails by CSRF or crashes on odd input, and is unlimited | `sign_in::a_script_gets_a_short_lived_token`, `limits::sign_in_attempts_are_limited_for_cookie_and_token_together` |
//! | C20 | statistics are public, a path chooses a status | `contract`, `errors::every_refusal_before_any_handler_is_a_problem_and_a_page` |
//! | C21 | a few slow readers occupy all workers | `slow` |
//! | C22 | an upload that could not be recorded leaves its file | `outage::redis_down_is_503_and_comes_back_without_a_restart`, `crash` |
//! | C23 | plaintext lies on the disk while it is uploaded or after a crash | `deposit::plaintext_never_touches_the_disk`, `secrets` |
//! | C24 | a page says deleted while the file is only locked | `health::a_locked_share_is_called_locked_and_never_deleted` |
//! | C25 | the limit trusts a length the client states | `refused_uploads::an_oversize_body_is_413_whether_or_not_it_says_its_length` |
//! | C26 | cleaning up deletes what belongs to others in the same database | `fail_closed::keys_of_others_in_the_same_redis_are_left_alone` |
//! | C27 | the documents promise what the program does not keep | the documents promise what these tests show, and `tables` compares the two |
//! | C28 | inline scripts, foreign fonts, HSTS over plain http, caches | `headers` |
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a failed step is a failed test"
)]

mod admin;
mod agents;
mod archives;
mod bundled;
mod cleanup;
mod cli;
mod collect_once;
mod contract;
mod crash;
mod damage;
mod delivery;
mod deposit;
mod ended;
mod errors;
mod expiry;
mod fail_closed;
mod figures;
mod forgotten;
mod full_disk;
mod gone;
mod guesses;
mod headers;
mod health;
mod language;
mod large_archives;
mod limits;
mod many;
mod outage;
mod owner;
mod passphrase;
mod qr;
mod race;
mod ranges;
mod records;
mod refused_uploads;
mod secrets;
mod several_files;
mod sign_in;
mod slow;
mod static_files;
mod support;
mod tables;
mod text;
