//! Whom Redis's Sentinels call the primary. The driver asks them only when it connects, and after a failover that somebody
//! ordered the old primary lives and calls itself one for ten seconds more: whoever stays with it writes for nobody.

use std::collections::HashMap;
use std::time::Duration;

use fred::clients::Client;
use fred::error::Error as FredError;
use fred::interfaces::ClientLike;
use fred::types::config::{Config, Options, ReconnectPolicy, Server, ServerConfig};
use fred::types::{Builder, ClusterHash, CustomCommand};
use futures_util::future::join_all;

const RECONNECT_MS: u32 = 500;
const PATIENCE: Duration = Duration::from_secs(1);

/// The Sentinels that the URL names, each with a connection.
pub(super) struct Sentinels {
    service: String,
    clients: Vec<Client>,
}

impl Sentinels {
    /// Starts connecting in the background; none where the URL leads to Redis itself.
    pub(super) fn of(config: &Config) -> Result<Option<Self>, FredError> {
        let ServerConfig::Sentinel {
            hosts,
            service_name,
            username,
            password,
        } = &config.server
        else {
            return Ok(None);
        };
        let connect = |host: &Server| {
            let config = Config {
                server: ServerConfig::Centralized {
                    server: host.clone(),
                },
                username: username.clone(),
                password: password.clone(),
                database: None,
                ..config.clone()
            };
            let policy = ReconnectPolicy::new_constant(0, RECONNECT_MS);
            let client = Builder::from_config(config).set_policy(policy).build()?;
            client.connect();
            Ok(client)
        };
        Ok(Some(Self {
            service: service_name.clone(),
            clients: hosts
                .iter()
                .map(connect)
                .collect::<Result<_, FredError>>()?,
        }))
    }

    /// The primary as more of them see it than see any other; `None` on a tie, and when none answers.
    pub(super) async fn primary(&self) -> Option<(String, u16)> {
        let mut votes = HashMap::new();
        for named in join_all(self.clients.iter().map(|client| self.ask(client))).await {
            if let Ok(Some(primary)) = named {
                *votes.entry(primary).or_insert(0) += 1;
            }
        }
        let most = *votes.values().max()?;
        let mut chosen = votes.into_iter().filter(|(_, count)| *count == most);
        let (primary, _) = chosen.next()?;
        chosen.next().is_none().then_some(primary)
    }

    async fn ask(&self, client: &Client) -> Result<Option<(String, u16)>, FredError> {
        let client = client.with_options(&Options {
            fail_fast: true,
            timeout: Some(PATIENCE),
            ..Options::default()
        });
        let command = CustomCommand::new_static("SENTINEL", ClusterHash::FirstKey, false);
        let question = vec!["GET-MASTER-ADDR-BY-NAME", &self.service];
        client.custom(command, question).await
    }
}
