//! What is allowed but deserves a sentence at every start.

use super::Config;

impl Config {
    /// One sentence for each choice the operator may not have meant; none repeats a secret.
    pub fn warnings(&self) -> Vec<String> {
        let server = &self.server;
        let exposed = !server.bind.ip().is_loopback();
        let everybody = server
            .trusted_proxies
            .iter()
            .any(|network| network.prefix_len() == 0);
        let plain_http = exposed && !server.is_https();
        let checks = [
            (
                exposed && server.public_url.is_none(),
                "PUBLIC_URL is not set: links take the Host that each uploader's request names",
            ),
            (
                exposed && self.upload_password.is_none(),
                "UPLOAD_PASSWORD is not set: anybody who reaches the page may upload",
            ),
            (
                plain_http,
                "no https: set PUBLIC_URL=https://… behind a proxy that does TLS, otherwise links and files can be read on the way",
            ),
            (
                plain_http && self.admin_password.is_some(),
                "no https: the operator's session cookie is not protected on the way",
            ),
            (
                self.admin_password.is_none(),
                "ADMIN_PASSWORD is not set: there is no admin part",
            ),
            (
                server.rate_limits.is_none(),
                "RATE_LIMITS is off: passwords can be tried and uploads begun without limit",
            ),
            (
                everybody,
                "TRUSTED_PROXIES holds a whole address family: every client can choose the address it is counted under",
            ),
            (
                self.vault
                    .max_total
                    .is_some_and(|total| total < self.vault.max_size),
                "MAX_TOTAL is below MAX_SIZE: files between the two are refused",
            ),
            (
                self.vault.min_free == Some(0),
                "MIN_FREE is 0: a full disk can stop Redis and with it every transfer",
            ),
            (
                self.vault.kdf.memory_kib < 19 * 1024,
                "ARGON2_MEMORY is below 19MiB: passphrases can be guessed faster than is advised",
            ),
            (
                self.redis.allow_eviction,
                "REDIS_ALLOW_EVICTION is on: Redis may drop shares when its memory is full",
            ),
            (
                self.redis.allow_no_aof,
                "REDIS_ALLOW_NO_AOF is on: a restart of Redis may lose shares",
            ),
        ];
        checks
            .into_iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, text)| text.to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(settings: &[(&str, &str)]) -> Vec<String> {
        let config = Config::from_lookup(|name| {
            settings
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        });
        config.unwrap().warnings()
    }

    #[test]
    fn on_loopback_only_the_missing_admin_is_mentioned() {
        let found = warnings(&[]);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("ADMIN_PASSWORD"));
    }

    #[test]
    fn off_loopback_the_open_doors_are_named() {
        let found = warnings(&[("PORT", "80"), ("ADMIN_PASSWORD", "correct horse")]).join("\n");
        for word in ["PUBLIC_URL is not set", "UPLOAD_PASSWORD", "session cookie"] {
            assert!(found.contains(word), "{word}");
        }
    }

    #[test]
    fn a_careful_operator_hears_nothing() {
        let careful = [
            ("BIND", "0.0.0.0:8080"),
            ("PUBLIC_URL", "https://drop.example.org"),
            ("UPLOAD_PASSWORD", "x"),
            ("ADMIN_PASSWORD", "correct horse"),
            ("TRUSTED_PROXIES", "10.0.0.0/8"),
        ];
        assert_eq!(warnings(&careful), Vec::<String>::new());
    }
}
