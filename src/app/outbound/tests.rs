//! The real client against servers on this machine that confirm, refuse, lead elsewhere, never end and never answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Longer than any test takes.
const PATIENT: Duration = Duration::from_mins(1);

/// What a server does with a request that it has read.
#[derive(Clone, Copy)]
enum Manner {
    /// Says this and hangs up.
    Says(&'static str),
    /// Begins a body and never ends it.
    NeverEnds,
    /// Takes the request and says nothing.
    NeverAnswers,
    /// Promises more bytes than it sends.
    BreaksOff,
}

/// A server on this machine, and what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
                heard.lock().unwrap().push(request);
                tokio::spawn(answer(stream, manner));
            }
        });
        Self { address, asked }
    }

    fn fetch(&self) -> Fetch {
        Fetch {
            url: format!("http://{}/lists/bad.txt?key=kept-to-ourselves", self.address)
                .parse()
                .unwrap(),
            etag: None,
            last_modified: None,
            most_bytes: 1 << 20,
            within: PATIENT,
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, manner: Manner) {
    let begin = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";
    match manner {
        Manner::Says(words) => drop(stream.write_all(words.as_bytes()).await),
        Manner::NeverEnds => {
            let head = format!("{begin}connection: close\r\n\r\n");
            let mut sent = stream.write_all(head.as_bytes()).await;
            while sent.is_ok() {
                sent = stream.write_all(&[b'a'; 4096]).await;
            }
        }
        Manner::NeverAnswers => {
            // Until whoever asked hangs up.
            let mut nothing = [0; 1];
            drop(stream.read(&mut nothing).await);
        }
        Manner::BreaksOff => {
            let head = format!("{begin}content-length: 1000\r\n\r\nonly this");
            drop(stream.write_all(head.as_bytes()).await);
        }
    }
}

async fn fetched(fetch: &Fetch) -> Result<Fetched, FetchError> {
    Web::new().unwrap().fetch(fetch).await
}

#[tokio::test]
async fn a_version_is_remembered_and_confirmed_without_being_sent_again() {
    let first = Server::start(Manner::Says(
        "HTTP/1.1 200 OK\r\netag: \"one\"\r\nlast-modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n\
         content-length: 12\r\nconnection: close\r\n\r\nevil.example",
    ))
    .await;
    let Ok(Fetched::Changed {
        body,
        etag,
        last_modified,
    }) = fetched(&first.fetch()).await
    else {
        panic!("it is sent");
    };
    assert_eq!(body, b"evil.example");
    let asked = first.asked().join("");
    assert!(!asked.contains("if-none-match"), "{asked}");

    let next = Server::start(Manner::Says(
        "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n",
    ))
    .await;
    let again = Fetch {
        etag,
        last_modified,
        ..next.fetch()
    };
    assert_eq!(fetched(&again).await, Ok(Fetched::Unchanged));
    let asked = next.asked().join("");
    assert!(asked.contains("if-none-match: \"one\""), "{asked}");
    assert!(
        asked.contains("if-modified-since: mon, 02 nov 2026 10:00:00 gmt"),
        "{asked}"
    );
}

#[tokio::test]
async fn a_body_without_an_end_is_cut_at_its_limit() {
    let server = Server::start(Manner::NeverEnds).await;
    let fetch = Fetch {
        most_bytes: 100_000,
        ..server.fetch()
    };
    assert_eq!(fetched(&fetch).await, Err(FetchError::TooLarge(100_000)));
}

#[tokio::test]
async fn whoever_never_answers_is_not_waited_for() {
    let server = Server::start(Manner::NeverAnswers).await;
    let within = Duration::from_millis(50);
    let fetch = Fetch {
        within,
        ..server.fetch()
    };
    assert_eq!(fetched(&fetch).await, Err(FetchError::TooSlow(within)));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn half_a_list_is_no_list() {
    let server = Server::start(Manner::BreaksOff).await;
    let error = fetched(&server.fetch()).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn a_refusal_is_told_by_its_status() {
    let server = Server::start(Manner::Says(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
    ))
    .await;
    assert_eq!(fetched(&server.fetch()).await, Err(FetchError::Refused(503)));
}

#[tokio::test]
async fn nobody_is_led_to_an_unencrypted_address_and_no_error_names_one() {
    let server = Server::start(Manner::Says(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/elsewhere?key=theirs\r\ncontent-length: 0\r\n\r\n",
    ))
    .await;
    let error = fetched(&server.fetch()).await.unwrap_err().to_string();
    assert!(error.contains("unencrypted"), "{error}");
    assert!(!error.contains("key") && !error.contains("127.0.0.1"), "{error}");
    assert_eq!(server.asked().len(), 1, "nobody was asked instead");
}
