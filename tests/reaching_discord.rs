//! How the bot reaches Discord: never the real one when it was given another address, and through serenity's own rate
//! limiter when it was not.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fake_discord::FakeDiscord;
use fake_discord::rest::limits::Quota;
use fake_discord::world::{Channel, World};
use nightdesk::cli::run::{Parts, start};
use nightdesk::config::{Config, LogFormat, Secret};
use nightdesk::model::guild::{GuildSettings, Mode};
use nightdesk::model::{ChannelId, GuildId, Timestamp, UserId};
use nightdesk::storage::sqlite::SqliteStore;
use nightdesk::storage::{Guilds, InGuild};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

fn config(folder: &std::path::Path, token: &str, api_url: Option<String>) -> Config {
    Config {
        token: Secret::new(token),
        api_url,
        database_url: format!("sqlite://{}", folder.join("nightdesk.db").display()),
        rules_dir: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")),
        domain_feeds: None,
        guilds: Vec::new(),
        operators: Vec::new(),
        retention: Duration::from_hours(24),
        log_format: LogFormat::Text,
        log_filter: "warn".to_owned(),
    }
}

/// A server that knows one answer and counts how often it gave it.
async fn always_answers(body: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

#[tokio::test]
async fn with_an_api_address_a_gateway_elsewhere_is_refused_before_it_is_dialled() {
    let address = always_answers(r#"{"url":"wss://gateway.discord.gg"}"#).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), "a.token", Some(format!("http://{address}")));
    let ended = start(config, Parts::default(), std::future::pending()).await;
    let told = ended.expect_err("it must not start").to_string();
    assert!(
        told.contains("gateway.discord.gg") && told.contains("DISCORD_API_URL"),
        "{told}"
    );
}

#[tokio::test]
async fn an_api_that_does_not_name_its_gateway_is_refused_too() {
    let address = always_answers("{}").await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), "a.token", Some(format!("http://{address}")));
    assert!(
        start(config, Parts::default(), std::future::pending())
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_wrong_token_is_told_in_so_many_words() {
    let discord = FakeDiscord::start(World::community()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), "a.wrong.token", Some(discord.api_url()));
    let ended = start(config, Parts::default(), std::future::pending()).await;
    let told = format!("{:#}", ended.expect_err("it must not start"));
    assert!(
        told.contains("DISCORD_TOKEN") && !told.contains("a.wrong.token"),
        "{told}"
    );
}

#[tokio::test]
async fn a_bot_that_starts_before_discord_answers_goes_on_trying_and_then_works() {
    let discord = FakeDiscord::start(World::community()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let faults = &discord.rest().faults;
    faults.fail("GET", "/gateway", 4, 503, 0);
    faults.fail("PUT", "/applications/{application_id}/commands", 2, 503, 0);
    let config = config(folder.path(), &discord.token(), Some(discord.api_url()));
    let (stop, stopped) = oneshot::channel::<()>();
    let bot = start(config, Parts::default(), async {
        // Whether it was told to stop or the test is over comes to the same.
        let _ = stopped.await;
    });
    let people = async {
        discord.until_connected().await;
        let what = "the commands to be registered after all";
        discord
            .wait_within(Duration::from_mins(1), what, |state| {
                (!state.commands.is_empty()).then_some(())
            })
            .await;
        drop(stop);
    };
    let (ended, ()) = tokio::join!(bot, people);
    ended.expect("the bot ends well");
}

#[tokio::test]
async fn a_bot_that_still_waits_for_discord_can_be_stopped() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = nobody.local_addr().expect("it has an address");
    drop(nobody);
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), "a.token", Some(format!("http://{address}")));
    start(config, Parts::default(), std::future::ready(()))
        .await
        .expect("it ends well");
}

/// Terminates TLS for discord.com on loopback in front of the stand-in. Gives the address and the certificate.
async fn discord_com(behind: SocketAddr) -> (SocketAddr, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec!["discord.com".to_owned()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())
        .expect("a server");
    let acceptor = TlsAcceptor::from(Arc::new(tls));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let (Ok(mut inside), Ok(mut outside)) =
                    (acceptor.accept(stream).await, TcpStream::connect(behind).await)
                else {
                    return;
                };
                // Either side may hang up first; both are fine.
                let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
            });
        }
    });
    (address, certificate.to_vec())
}

/// Writes the settings of a guild that enforces, as `/setup` would.
async fn set_up(discord: &FakeDiscord, config: &Config) {
    let (guild, mod_log) = {
        let state = discord.state();
        let guild = *state.guilds.keys().next().expect("a guild");
        let named = |name: &str| {
            state
                .channels
                .values()
                .find(|one| one.name.as_deref() == Some(name))
        };
        (guild, named("mod-log").expect("a mod log").id)
    };
    let store = SqliteStore::open(&config.database_url).await.expect("a database");
    let change = move |settings: GuildSettings| GuildSettings {
        set_up: true,
        mode: Mode::Enforce,
        mod_log: Some(ChannelId(mod_log.0)),
        ..settings
    };
    store
        .change_settings(
            InGuild(GuildId(guild.0)),
            UserId(1),
            Timestamp(1),
            Box::new(move |settings| change(settings).into()),
        )
        .await
        .expect("the settings are written");
    store.close().await;
}

/// Scams in a limited channel are all removed; gives how many requests Discord had to turn away.
async fn removes_a_wave(discord: &FakeDiscord, config: Config, parts: Parts) -> usize {
    set_up(discord, &config).await;
    let quota = Quota {
        requests: 2,
        window_ms: 1000,
    };
    let limits = &discord.rest().limits;
    limits.limit_route("DELETE", "/channels/{channel_id}/messages/{message_id}", quota);
    limits.limit_route("POST", "/channels/{channel_id}/messages", quota);
    let (stop, stopped) = oneshot::channel::<()>();
    let bot = start(config, parts, async {
        // Whether it was told to stop or the test is over comes to the same.
        let _ = stopped.await;
    });
    let people = async {
        discord.until_connected().await;
        for number in 0..6 {
            // Another host each time: copies of one scam would share one card.
            let scam = format!("https://claim-airdrop-{number}.pages.dev");
            discord
                .member("mallory")
                .says("general", &scam)
                .expect("mallory may post");
        }
        let what = "every scam to be gone and its card to be there";
        let seen = discord.wait_within(Duration::from_mins(1), what, |state| {
            let in_channel = |name: &str| {
                let named = |channel: &&Channel| channel.name.as_deref() == Some(name);
                let channel = state.channels.values().find(named);
                channel.map_or(0, |channel| state.messages_in(channel.id).count())
            };
            (in_channel("general") == 0 && in_channel("mod-log") == 6).then_some(())
        });
        seen.await;
        drop(stop);
    };
    let (ended, ()) = tokio::join!(bot, people);
    ended.expect("the bot ends well");
    let requests = discord.rest().record.all();
    requests.iter().filter(|one| one.status() == Some(429)).count()
}

#[tokio::test]
async fn without_an_api_address_serenitys_own_limiter_waits_as_long_as_discord_says() {
    let discord = FakeDiscord::start(World::community()).await;
    let behind = discord
        .api_url()
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let (address, certificate) = discord_com(behind).await;
    let client = reqwest::Client::builder()
        .use_rustls_tls()
        .no_proxy()
        .resolve("discord.com", address)
        .add_root_certificate(reqwest::Certificate::from_der(&certificate).expect("a certificate"))
        .build()
        .expect("a client");
    let parts = Parts {
        client: Some(client),
        ..Parts::default()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), &discord.token(), None);
    let turned_away = removes_a_wave(&discord, config, parts).await;
    assert!(
        turned_away <= 8,
        "{turned_away} requests were sent before their time"
    );
}

#[tokio::test]
async fn with_an_api_address_a_429_is_waited_out_and_burns_no_attempt() {
    let discord = FakeDiscord::start(World::community()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(folder.path(), &discord.token(), Some(discord.api_url()));
    let turned_away = removes_a_wave(&discord, config, Parts::default()).await;
    assert!(
        turned_away > 0,
        "the limit was never reached: the test shows nothing"
    );
}
