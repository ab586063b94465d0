//! Lists of hosts: from a file or a server on this machine into the rules in force, and never anywhere else.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use fake_discord::world::World;

use crate::night::{HARMLESS, Night, everything_in, night_around};

/// A server of one list, on this machine. It answers 304 to whoever names the version it holds.
struct ListServer {
    url: String,
    asked: Arc<AtomicUsize>,
    confirmed: Arc<AtomicUsize>,
}

impl ListServer {
    async fn start(body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}/bad.txt", listener.local_addr().expect("it listens"));
        let (asked, confirmed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (counted, unchanged) = (Arc::clone(&asked), Arc::clone(&confirmed));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = if request.contains("if-none-match: \"one\"") {
                    unchanged.fetch_add(1, Ordering::SeqCst);
                    "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned()
                } else {
                    format!(
                        "HTTP/1.1 200 OK\r\netag: \"one\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    )
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self {
            url,
            asked,
            confirmed,
        }
    }
}

/// Writes a `feeds.toml` into the test's folder and names it in the bot's environment.
fn wants_feeds(night: &mut Night, text: &str) {
    let path = night.folder().join("feeds.toml");
    fs::write(&path, text).expect("the file can be written");
    night
        .environment
        .push(("DOMAIN_FEEDS".to_owned(), path.display().to_string()));
}

/// Waits until the bot's log holds a line for the so-and-so-manieth time.
async fn until_logged(night: &Night, what: &str, times: usize) {
    for _ in 0..1500 {
        let log = fs::read_to_string(night.log()).unwrap_or_default();
        if log.matches(what).count() >= times {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!(
        "{what} was not logged {times} times:\n{}",
        fs::read_to_string(night.log()).unwrap_or_default()
    );
}

#[tokio::test]
async fn a_host_of_an_imported_list_is_removed_and_its_card_says_where_it_is_listed() {
    night_around(World::community(), async |night| {
        fs::write(
            night.folder().join("bad.txt"),
            "0.0.0.0 moonwell-sale.example\n0.0.0.0 harvest-mint.example\n0.0.0.0 calendly.com\n0.0.0.0 pages.dev\n",
        )
        .expect("the list can be written");
        wants_feeds(
            night,
            "[[feed]]\nid = \"our-own\"\npath = \"bad.txt\"\nformat = \"hosts\"\nlicence = \"ours\"\n",
        );
        night.starts_bot().await;
        night.sets_up().await;
        let mallory = night.member("mallory");
        let posted = mallory
            .says("general", "more in https://docs.moonwell-sale.example/read")
            .unwrap();
        night.discord.until_deleted(&posted).await;
        let card = everything_in(&night.review_card().await);
        assert!(card.contains("listed in our-own since 20"), "{card}");
        night.dm_to("mallory").await;

        // What the guard refused is not held against anybody.
        let bob = night.member("bob");
        let booked = bob
            .says("general", "my times: https://calendly.com/bob/chat")
            .unwrap();
        let disguised = bob
            .says(
                "general",
                "hxxps://docs.harvest-mint[.]example is what she posted",
            )
            .unwrap();
        night.discord.until_deleted(&disguised).await;
        assert!(night.discord.message(&booked).deleted_at.is_none());
        night.review_card().await;
        night.dm_to("bob").await;
    })
    .await;
}

#[tokio::test]
async fn a_list_from_a_server_is_kept_over_a_restart_and_confirmed_by_its_version() {
    let server = ListServer::start("moonwell-sale.example\nharvest-mint.example\n").await;
    night_around(World::community(), async |night| {
        wants_feeds(
            night,
            &format!(
                "[[feed]]\nid = \"served\"\nurl = \"{}\"\nformat = \"plain\"\n",
                server.url
            ),
        );
        night.starts_bot().await;
        night.sets_up().await;
        until_logged(night, "feeds.in_force", 2).await;
        let alice = night.member("alice");
        let posted = alice
            .says("general", "see https://moonwell-sale.example")
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        night.dm_to("alice").await;
        assert_eq!(server.asked.load(Ordering::SeqCst), 1);

        // The copy is in force before the first message after a restart; nobody is asked again so soon.
        night.stops_bot().await;
        night.starts_bot().await;
        let posted = night
            .member("bob")
            .says("general", "she sent me https://harvest-mint.example/again")
            .unwrap();
        night.discord.until_deleted(&posted).await;
        night.review_card().await;
        night.dm_to("bob").await;
        assert_eq!(server.asked.load(Ordering::SeqCst), 1);
        assert_eq!(server.confirmed.load(Ordering::SeqCst), 0);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_cannot_be_had_is_shown_by_the_check_and_nothing_else_suffers() {
    night_around(World::community(), async |night| {
        // Nobody listens there.
        wants_feeds(
            night,
            "[[feed]]\nid = \"away\"\nurl = \"http://127.0.0.1:9/bad.txt\"\nformat = \"plain\"\n",
        );
        night.starts_bot().await;
        night.sets_up().await;
        until_logged(night, "could not be refreshed", 1).await;
        let said = night.member("mallory").says("general", HARMLESS).unwrap();
        let checked = night
            .member("ava")
            .runs_command("staff", "setup check", &[])
            .unwrap();
        let answer = everything_in(&night.answered(&checked).await);
        assert!(
            answer.contains("`away`") && answer.contains("no connection"),
            "{answer}"
        );
        assert!(night.discord.message(&said).deleted_at.is_none());
    })
    .await;
}
