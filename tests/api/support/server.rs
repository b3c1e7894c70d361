//! One server process.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Output},
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::process::Signal;

use super::{
    Client, Place, RedisServer, eventually,
    process::{Supervised, free_port, variable},
    say,
    wait::pause,
};

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_onetimeshare");

/// A server process on a port of its own, ended (with the Redis it brought) when it is dropped.
pub(crate) struct Server {
    process: Option<Supervised>,
    client: Client,
    settings: BTreeMap<String, String>,
    port: u16,
    log: PathBuf,
    place: Arc<Place>,
}

/// A server that ended by itself instead of starting.
pub(crate) struct Refused {
    /// The exit code; 128 + n after a signal.
    pub(crate) code: i32,
    /// What it wrote.
    pub(crate) log: String,
}

/// The whole environment of a server on `port`; with port 0 none is set.
pub(crate) fn environment(settings: &BTreeMap<String, String>, port: u16) -> Vec<(String, String)> {
    let mut environment: BTreeMap<String, String> = settings.clone();
    environment
        .entry("PATH".to_owned())
        .or_insert_with(|| variable("PATH"));
    if port != 0 {
        environment
            .entry("BIND".to_owned())
            .or_insert_with(|| format!("127.0.0.1:{port}"));
    }
    environment.into_iter().collect()
}

impl Server {
    pub(super) async fn start(place: Arc<Place>, settings: BTreeMap<String, String>) -> Self {
        match Self::try_start(place, settings).await {
            Ok(server) => server,
            Err(refused) => panic!(
                "the server ended with {} instead of starting:\n{}",
                refused.code, refused.log
            ),
        }
    }

    pub(super) async fn try_start(
        place: Arc<Place>,
        settings: BTreeMap<String, String>,
    ) -> Result<Self, Refused> {
        let port = free_port();
        let log = place.directory().join(format!("server-{port}.log"));
        let client = Client::new(port);
        let mut server = Self {
            process: None,
            client,
            settings,
            port,
            log,
            place,
        };
        server.launch();
        server.healthy().await?;
        Ok(server)
    }

    /// Starts the process, and waits for nothing.
    pub(crate) fn launch(&mut self) {
        let environment = environment(&self.settings, self.port);
        let adopted = self.place.redis_pid_file();
        self.process = Some(Supervised::start(
            &[PROGRAM],
            &environment,
            &self.log,
            &adopted,
        ));
    }

    /// Waits until `/health` answers 200; a Redis that loads its file makes it 503 for a while.
    async fn healthy(&mut self) -> Result<(), Refused> {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            if !self.alive() {
                let code = self.process.take().map_or(-1, |mut process| process.reap());
                return Err(Refused {
                    code,
                    log: self.log(),
                });
            }
            if let Ok(answer) = self
                .client
                .try_send(self.client.get_request("/health"))
                .await
                && answer.status == 200
            {
                return Ok(());
            }
            assert!(
                Instant::now() < deadline,
                "the server was not healthy within 40 s:\n{}",
                self.log()
            );
            pause(20).await;
        }
    }

    /// Another server process on the same data directory, Redis and prefix, with the same settings.
    pub(crate) async fn sibling(&self) -> Self {
        Self::start(Arc::clone(&self.place), self.settings.clone()).await
    }

    /// The same, with one setting changed.
    pub(crate) async fn sibling_with(&self, name: &str, value: &str) -> Self {
        let mut settings = self.settings.clone();
        settings.insert(name.to_owned(), value.to_owned());
        Self::start(Arc::clone(&self.place), settings).await
    }

    /// A server that must refuse to run beside this one.
    pub(crate) async fn refused_sibling(&self) -> Refused {
        match Self::try_start(Arc::clone(&self.place), self.settings.clone()).await {
            Err(refused) => refused,
            Ok(second) => panic!("a second server started:\n{}", second.log()),
        }
    }

    /// Changes a setting; it counts from the next start.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// A browser at this server.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// What it shares with its siblings.
    pub(crate) fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// The Redis it was told to use.
    pub(crate) fn redis(&self) -> &RedisServer {
        self.place.redis().expect("this server was given a Redis")
    }

    /// Everything it has logged, all its starts together.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Whether the process runs.
    pub(crate) fn alive(&self) -> bool {
        self.process.as_ref().is_some_and(Supervised::alive)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().expect("it was started").pid()
    }

    /// Lets it have descriptors up to `limit`; how many it could have before.
    pub(crate) fn descriptors(&self, limit: u64) -> u64 {
        use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw);
        let new = Rlimit {
            current: Some(limit),
            ..getrlimit(Resource::Nofile)
        };
        let before = prlimit(pid, Resource::Nofile, new).expect("it is our child");
        before.current.expect("there is always a limit")
    }

    /// `kill -9`; a Redis it brought survives, as it would on a real machine.
    pub(crate) fn kill9(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::KILL);
            process.reap();
        }
    }

    /// `kill -TERM`, without waiting for the end.
    pub(crate) fn ask_to_end(&self) {
        self.process
            .as_ref()
            .expect("it was started")
            .signal(Signal::TERM);
    }

    /// `kill -TERM`, and its exit code once it has ended by itself.
    pub(crate) async fn terminate(&mut self) -> i32 {
        self.ask_to_end();
        self.ended(Duration::from_secs(40)).await
    }

    /// Waits for the process to end by itself; its exit code.
    pub(crate) async fn ended(&mut self, within: Duration) -> i32 {
        eventually("the server ends by itself", within, async || !self.alive()).await;
        self.process.take().map_or(-1, |mut process| process.reap())
    }

    /// Starts it again on the same port and waits until it is healthy.
    pub(crate) async fn restart(&mut self) {
        self.kill9();
        self.launch();
        if let Err(refused) = self.healthy().await {
            panic!(
                "the server ended with {} instead of starting again:\n{}",
                refused.code, refused.log
            );
        }
    }

    /// Runs a subcommand of the program with this server's settings and `arguments`, to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        run(arguments, &environment(&self.settings, self.port)).await
    }
}

/// Runs the program with exactly this environment, to its end.
pub(crate) async fn run(arguments: &[&str], environment: &[(String, String)]) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .args(arguments)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(std::process::Stdio::null());
    tokio::task::spawn_blocking(move || command.output().expect("the program starts"))
        .await
        .expect("it was waited for")
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            say(&format!(
                "the server's last words:\n{}",
                lines.split_at(lines.len().saturating_sub(40)).1.join("\n")
            ));
        }
    }
}
