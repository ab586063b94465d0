//! serenity's own rate limiter, as it runs against the real Discord: no API address is set, the client believes to speak
//! to discord.com, and a certificate of the test's own leads it to the stand-in.
//!
//! The limiter is off wherever an API address is set (serenity would ignore the address), so no other test meets it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use fake_discord::FakeDiscord;
use fake_discord::rest::faults::{Fault, Which};
use fake_discord::rest::limits::{Limited, Quota, Scope};
use fake_discord::rest::record::Recorded;
use fake_discord::world::World;
use nightdesk::cli::run::{Parts, start};
use nightdesk::config::Config;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::night::{Night, SCAM, another_scam, night_around};

const POST: (&str, &str) = ("POST", "/channels/{channel_id}/messages");
const DELETE: (&str, &str) = ("DELETE", "/channels/{channel_id}/messages/{message_id}");

/// A bot in this process, with parts of the test's own. Dropped, it is told to stop.
pub struct InThisProcess {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl InThisProcess {
    /// One that believes to speak to the real Discord.
    async fn real(discord: &FakeDiscord, database: &Path) -> Self {
        let parts = Parts {
            client: Some(client_of(discord).await),
            ..Parts::default()
        };
        Self::start(discord, database, None, parts)
    }

    /// Starts it on a thread of its own: its future stays where it began.
    pub fn start(discord: &FakeDiscord, database: &Path, api_url: Option<&str>, parts: Parts) -> Self {
        let settings = [
            ("DISCORD_TOKEN", discord.token()),
            ("DATABASE_URL", format!("sqlite://{}", database.display())),
            (
                "RULES_DIR",
                concat!(env!("CARGO_MANIFEST_DIR"), "/rules").to_owned(),
            ),
        ];
        let config = Config::read(|name| {
            if name == "DISCORD_API_URL" {
                return api_url.map(str::to_owned);
            }
            let mut set = settings.iter();
            set.find(|(one, _)| *one == name).map(|(_, value)| value.clone())
        });
        let config = config.expect("the settings are right");
        // With an address the limiter is off.
        assert_eq!(config.api_url.is_none(), parts.client.is_some());
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            let until_told = async {
                let _ = stopped.await;
            };
            runtime
                .block_on(start(config, parts, until_told))
                .expect("the bot runs until told to stop");
        });
        Self {
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Tells it to stop, and waits until it has.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let thread = self.thread.take().expect("it was started");
        let ended = tokio::task::spawn_blocking(move || thread.join()).await;
        assert!(
            matches!(ended, Ok(Ok(()))),
            "the bot in this process ended as asked"
        );
    }
}

/// A client that finds the stand-in, behind a certificate for discord.com, where it looks for discord.com.
async fn client_of(discord: &FakeDiscord) -> reqwest::Client {
    let made = rcgen::generate_simple_self_signed(vec!["discord.com".to_owned()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("the certificate fits its key");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let behind = discord.api_url().trim_start_matches("http://").parse();
    tokio::spawn(pass_on(
        listener,
        TlsAcceptor::from(Arc::new(tls)),
        behind.expect("an address"),
    ));
    let trusted = reqwest::Certificate::from_der(&certificate).expect("a certificate");
    reqwest::Client::builder()
        .use_rustls_tls()
        .no_proxy()
        .tls_built_in_root_certs(false)
        .add_root_certificate(trusted)
        .resolve("discord.com", address)
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client")
}

/// Takes the encryption off and hands on what is inside.
async fn pass_on(listener: TcpListener, acceptor: TlsAcceptor, behind: SocketAddr) {
    while let Ok((outer, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let (Ok(mut outer), Ok(mut inner)) =
                (acceptor.accept(outer).await, TcpStream::connect(behind).await)
            else {
                return;
            };
            // Either side may hang up at any time; the client under test deals with that.
            let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
        });
    }
}

/// A guild that is set up, with a bot on duty whose client is the real one.
async fn real_night(test: impl AsyncFnOnce(&mut Night)) {
    night_around(World::community(), async |night| {
        let bot = InThisProcess::real(&night.discord, &night.database()).await;
        night.until_on_duty().await;
        night.sets_up().await;
        test(night).await;
        night.until_idle().await;
        bot.stop().await;
    })
    .await;
}

fn requests(night: &Night, (method, route): (&str, &str)) -> Vec<Recorded> {
    let mut all = night.discord.rest().record.all();
    all.retain(|request| request.method == method && request.route == Some(route));
    all
}

#[tokio::test]
async fn the_real_client_waits_a_429_out_and_asks_again_by_itself() {
    real_night(async |night| {
        let limited = Limited {
            scope: Scope::User,
            retry_after_ms: 1_200,
            with_code: true,
        };
        let which = Which::route(DELETE.0, DELETE.1);
        night.discord.rest().faults.arm(which, 1, Fault::Limit(limited));
        let scam = night.member("mallory").says("general", SCAM).unwrap();
        night.discord.until_deleted(&scam).await;
        night.review_card().await;
        night.dm_to("mallory").await;

        let asked = requests(night, DELETE);
        let answers: Vec<Option<u16>> = asked.iter().map(Recorded::status).collect();
        assert_eq!(answers, [Some(429), Some(204)]);
        let waited = asked[1].at_ms - asked[0].at_ms;
        assert!(waited >= 1_200, "asked again after {waited} ms");
        // The limiter did that: the bot's own back-off never saw the refusal.
        assert_eq!(
            crate::failures::ends_of(night, "delete-message").await,
            [("done".to_owned(), 0)]
        );
    })
    .await;
}

#[tokio::test]
async fn the_real_client_keeps_to_a_bucket_and_every_card_arrives_once() {
    real_night(async |night| {
        let quota = Quota {
            requests: 1,
            window_ms: 1_000,
        };
        night.discord.rest().limits.limit_route(POST.0, POST.1, quota);
        for author in ["mallory", "bob", "alice"] {
            night.member(author).says("general", &another_scam()).unwrap();
        }
        for author in ["mallory", "bob", "alice"] {
            night.review_card().await;
            night.dm_to(author).await;
        }
        assert_eq!(night.discord.messages_in("mod-log").len(), 3);
        let ends = crate::failures::ends_of(night, "post-review-card").await;
        assert_eq!(ends, vec![("done".to_owned(), 0); 3], "no attempt was burnt");
    })
    .await;
}

/// What came in between this long after the refusal and the end of the wait it asked for. What was under way when the
/// refusal was sent does not count.
fn asked_meanwhile(night: &Night, retry_after_ms: i64) -> Vec<String> {
    const UNDER_WAY_MS: i64 = 300;
    let all = night.discord.rest().record.all();
    let refused = all.iter().find(|request| request.status() == Some(429));
    let at = refused.expect("a request was refused").at_ms;
    let during = all.iter().filter(|request| {
        let is_answer = request.path.contains("/interactions/");
        !is_answer && (at + UNDER_WAY_MS..at + retry_after_ms).contains(&request.at_ms)
    });
    during
        .map(|request| format!("{} {}", request.method, request.path))
        .collect()
}

#[tokio::test]
async fn the_real_client_keeps_still_on_every_route_while_a_global_limit_holds() {
    real_night(async |night| {
        const RETRY_AFTER_MS: i64 = 2_000;
        night.until_idle().await;
        let limited = Limited {
            scope: Scope::Global,
            retry_after_ms: RETRY_AFTER_MS,
            with_code: false,
        };
        let faults = &night.discord.rest().faults;
        faults.arm(Which::writes(), 1, Fault::Limit(limited));
        let authors = ["mallory", "bob", "alice"];
        let scams = authors.map(|author| night.member(author).says("general", &another_scam()).unwrap());
        for (author, scam) in authors.into_iter().zip(scams) {
            night.discord.until_deleted(&scam).await;
            night.review_card().await;
            night.dm_to(author).await;
        }
        assert_eq!(asked_meanwhile(night, RETRY_AFTER_MS), [] as [String; 0]);
        assert_eq!(night.discord.messages_in("mod-log").len(), 3);
        let ends = crate::failures::ends_of(night, "delete-message").await;
        assert_eq!(ends, vec![("done".to_owned(), 0); 3], "no attempt was burnt");
    })
    .await;
}

#[tokio::test]
async fn a_wave_under_a_global_limit_is_removed_whole_and_nothing_is_said_twice() {
    real_night(async |night| {
        let quota = Quota {
            requests: 5,
            window_ms: 1_000,
        };
        night.until_idle().await;
        night.discord.rest().limits.limit_globally(quota);
        let authors = ["mallory", "bob", "alice"];
        let scams = authors.map(|author| night.member(author).says("general", &another_scam()).unwrap());
        for (author, scam) in authors.into_iter().zip(scams) {
            night.discord.until_deleted(&scam).await;
            night.review_card().await;
            night.dm_to(author).await;
        }
        night.until_idle().await;
        assert_eq!(night.discord.messages_in("mod-log").len(), 3);
        let all = night.discord.rest().record.all();
        let refused = all.iter().filter(|request| request.status() == Some(429)).count();
        assert!(
            (1..=20).contains(&refused),
            "{refused} of {} requests were refused",
            all.len()
        );
    })
    .await;
}
