//! How a payload travels: as text, as one zlib stream per payload, or in one zlib stream per connection.

use std::io::Write;

use axum::extract::ws::Message;
use flate2::write::ZlibEncoder;
use flate2::{Compress, Compression, FlushCompress};

/// Payloads from this size on are compressed for clients that set `compress` at IDENTIFY.
const COMPRESS_FROM_BYTES: usize = 1024;

/// The encoding of one connection.
#[derive(Debug)]
pub(super) enum Codec {
    /// Text frames.
    Plain,
    /// `compress: true` at IDENTIFY: a large payload is one complete zlib stream in a binary frame.
    LargePayloads,
    /// `compress=zlib-stream` in the address: all payloads share one stream, flushed after each.
    Stream(Box<Compress>),
}

impl Codec {
    /// The codec that the query of the connection asks for.
    pub fn of_query(query: &str) -> Self {
        if query.split('&').any(|pair| pair == "compress=zlib-stream") {
            Self::Stream(Box::new(Compress::new(Compression::default(), true)))
        } else {
            Self::Plain
        }
    }

    /// The client set `compress` at IDENTIFY. Has no effect beside a compressed transport.
    pub fn compress_large_payloads(&mut self) {
        if matches!(self, Self::Plain) {
            *self = Self::LargePayloads;
        }
    }

    pub fn frame(&mut self, payload: String) -> Message {
        match self {
            Self::LargePayloads if payload.len() >= COMPRESS_FROM_BYTES => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
                // Writing into memory cannot fail; were it to, the plain text is right as well.
                match encoder
                    .write_all(payload.as_bytes())
                    .and_then(|()| encoder.finish())
                {
                    Ok(bytes) => Message::Binary(bytes.into()),
                    Err(_) => Message::Text(payload.into()),
                }
            }
            Self::Stream(stream) => Message::Binary(deflate(stream, payload.as_bytes()).into()),
            Self::Plain | Self::LargePayloads => Message::Text(payload.into()),
        }
    }
}

/// Adds `input` to the stream and flushes it, so that the client can read it at once.
fn deflate(stream: &mut Compress, input: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(input.len() + 64);
    let before = stream.total_in();
    loop {
        let consumed = (stream.total_in() - before) as usize;
        if output.capacity() - output.len() < 64 {
            output.reserve(1024);
        }
        let full = output.capacity();
        if stream
            .compress_vec(&input[consumed..], &mut output, FlushCompress::Sync)
            .is_err()
        {
            return output;
        }
        // All taken and room left over: the flush is complete.
        if (stream.total_in() - before) as usize == input.len() && output.len() < full {
            return output;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::ZlibDecoder;

    use super::*;

    #[test]
    fn a_large_payload_is_one_complete_zlib_stream() {
        let payload = "x".repeat(5_000);
        let mut codec = Codec::LargePayloads;
        let Message::Binary(bytes) = codec.frame(payload.clone()) else {
            panic!("expected a binary frame")
        };
        let mut text = String::new();
        ZlibDecoder::new(bytes.as_ref())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, payload);
        assert!(matches!(codec.frame("short".to_owned()), Message::Text(_)));
    }

    #[test]
    fn a_compressed_transport_can_be_read_after_each_payload() {
        let mut codec = Codec::of_query("v=10&encoding=json&compress=zlib-stream");
        let mut inflate = flate2::Decompress::new(true);
        for payload in ["first".to_owned(), "y".repeat(70_000)] {
            let Message::Binary(bytes) = codec.frame(payload.clone()) else {
                panic!("expected a binary frame")
            };
            assert!(bytes.ends_with(&[0, 0, 0xFF, 0xFF]));
            let mut text = Vec::with_capacity(100_000);
            inflate
                .decompress_vec(&bytes, &mut text, flate2::FlushDecompress::Sync)
                .unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), payload);
        }
    }
}
