//! Request bodies: JSON, or multipart with `payload_json` and `files[n]`.
//!
//! Only taking a body apart lives here; judging the form inside is for the routes. Source: Discord's "Reference",
//! section "Uploading Files".

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart};
use axum::http::{HeaderMap, Request, header};
use serde_json::Value;

use super::error::Refusal;

/// Largest body that is read at all: Discord's maximum request size.
pub const MAX_BODY_BYTES: usize = 25 * 1024 * 1024;
/// Largest file of a bot.
const MAX_FILE_BYTES: usize = 10 * 1024 * 1024;

/// A body taken apart.
#[derive(Clone, Debug, Default)]
pub struct Payload {
    /// The JSON, or `payload_json`; null when there was no body.
    pub json: Value,
    /// Uploaded files in the order they came.
    pub files: Vec<Upload>,
}

/// One uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The `n` of `files[n]`, by which `attachments` refers to it.
    pub n: u64,
    /// File name as sent.
    pub name: String,
    /// Content type as sent.
    pub content_type: Option<String>,
    /// The bytes.
    pub bytes: Bytes,
}

/// Takes a body apart by its `Content-Type`.
pub async fn read(headers: &HeaderMap, bytes: Bytes) -> Result<Payload, Refusal> {
    if bytes.is_empty() {
        return Ok(Payload::default());
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => {
            let json = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json())?;
            Ok(Payload {
                json,
                files: Vec::new(),
            })
        }
        "multipart/form-data" => read_multipart(content_type, bytes).await,
        _ => Err(Refusal::field(
            "",
            "CONTENT_TYPE_INVALID",
            "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.",
        )),
    }
}

async fn read_multipart(content_type: &str, bytes: Bytes) -> Result<Payload, Refusal> {
    let mut request = Request::builder()
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(bytes))
        .map_err(|_| Refusal::bad_form())?;
    // Its size was looked at before; axum's own limit is two megabytes.
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Refusal::bad_form())?;
    let mut payload = Payload::default();
    while let Some(field) = form.next_field().await.map_err(|_| Refusal::bad_form())? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| Refusal::bad_form())?;
        if name == "payload_json" {
            payload.json = serde_json::from_slice(&bytes).map_err(|_| Refusal::bad_json())?;
        } else if let Some(file_name) = file_name {
            if bytes.len() > MAX_FILE_BYTES {
                return Err(Refusal::too_large());
            }
            let n = file_number(&name).unwrap_or(payload.files.len() as u64);
            payload.files.push(Upload {
                n,
                name: file_name,
                content_type,
                bytes,
            });
        }
    }
    Ok(payload)
}

/// The `n` of `files[n]`.
fn file_number(field: &str) -> Option<u64> {
    field.strip_prefix("files[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use serde_json::json;

    fn headers(content_type: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))])
    }

    #[tokio::test]
    async fn a_multipart_body_gives_its_json_and_its_numbered_files() {
        let body = concat!(
            "--x\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{\"content\":\"hi\"}\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"files[3]\"; filename=\"a.png\"\r\n",
            "Content-Type: image/png\r\n\r\nPNG\r\n--x--\r\n"
        );
        let payload = read(
            &headers("multipart/form-data; boundary=x"),
            Bytes::from_static(body.as_bytes()),
        )
        .await
        .expect("the body is well-formed");
        assert_eq!(payload.json, json!({ "content": "hi" }));
        assert_eq!(payload.files.len(), 1);
        assert_eq!((payload.files[0].n, payload.files[0].name.as_str()), (3, "a.png"));
        assert_eq!(&payload.files[0].bytes[..], b"PNG");
    }

    #[tokio::test]
    async fn broken_json_is_refused_as_50109() {
        let refusal = read(&headers("application/json"), Bytes::from_static(b"{"))
            .await
            .expect_err("no JSON");
        assert_eq!(refusal.code, 50109);
    }

    #[tokio::test]
    async fn no_body_at_all_is_null() {
        let payload = read(&HeaderMap::new(), Bytes::new())
            .await
            .expect("empty is fine");
        assert_eq!(payload.json, Value::Null);
    }
}
