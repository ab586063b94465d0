//! The listening socket, wrapped so that one connection can be cut from outside while a request on it is still open.
//!
//! A server framework can only answer or wait; losing an answer on the way needs the socket itself. Give [`Wire`] to
//! `axum::serve` and [`Cut`] arrives as the connect info of every request.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Closes one connection at once, without another byte sent.
#[derive(Clone, Debug, Default)]
pub struct Cut(CancellationToken);

impl Cut {
    /// Closes the connection.
    pub fn cut(&self) {
        self.0.cancel();
    }
}

/// A TCP listener whose connections can be cut.
#[derive(Debug)]
pub struct Wire(TcpListener);

impl Wire {
    /// Wraps a bound listener.
    pub fn new(listener: TcpListener) -> Self {
        Self(listener)
    }
}

impl Listener for Wire {
    type Io = Thread;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Thread, SocketAddr) {
        let (stream, addr) = Listener::accept(&mut self.0).await;
        let _ = stream.set_nodelay(true);
        let cut = Cut::default();
        let cancelled = Box::pin(cut.0.clone().cancelled_owned());
        (
            Thread {
                stream,
                cut,
                cancelled,
                is_cut: false,
            },
            addr,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Wire>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        stream.io().cut.clone()
    }
}

/// One accepted connection.
#[derive(Debug)]
pub struct Thread {
    stream: TcpStream,
    cut: Cut,
    cancelled: Pin<Box<WaitForCancellationFutureOwned>>,
    is_cut: bool,
}

impl Thread {
    /// Fails once the connection is cut, and otherwise asks to be woken when it is.
    fn poll_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if !self.is_cut {
            self.is_cut = self.cancelled.as_mut().poll(cx).is_ready();
        }
        if self.is_cut {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for Thread {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_cut(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Thread {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_cut(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_cut(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
