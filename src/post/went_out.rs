//! Whether anything of a question has gone out: what breaks before that has asked nobody anything.
//!
//! It stands at the end of the line, where the connection is made and encrypted. A certificate that does not hold is known before; a server
//! that turns us away for one of our own says so only after the question was written, with the very same kind of error.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ureq::http::Uri;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};
use ureq::{Error, Proxy};

/// Whether a byte of what is asked was handed to the encrypted line; a copy is the same.
#[derive(Debug, Clone)]
pub struct WentOut {
    begun: Arc<AtomicBool>,
    /// The way out: a line to it carries where we want to go, and not what is asked.
    proxy: Option<Uri>,
}

impl WentOut {
    pub fn by(proxy: Option<&Proxy>) -> Self {
        WentOut { begun: Arc::default(), proxy: proxy.map(|proxy| proxy.uri().clone()) }
    }

    /// Before another question.
    pub fn forget(&self) {
        self.begun.store(false, Ordering::SeqCst);
    }

    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::SeqCst)
    }
}

impl<In: Transport> Connector<In> for WentOut {
    type Out = Noted<In>;

    fn connect(&self, details: &ConnectionDetails<'_>, line: Option<In>) -> Result<Option<Noted<In>>, Error> {
        let asks = self.proxy.as_ref() != Some(details.uri);
        Ok(line.map(|line| Noted { line, went_out: self.clone(), asks }))
    }
}

/// A line that notes when something is handed to it.
pub struct Noted<T> {
    line: T,
    went_out: WentOut,
    asks: bool,
}

impl<T: Transport> Transport for Noted<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.line.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.asks {
            self.went_out.begun.store(true, Ordering::SeqCst);
        }
        self.line.transmit_output(amount, timeout)
    }

    fn maybe_await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.line.maybe_await_input(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.line.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.line.is_open()
    }

    fn is_tls(&self) -> bool {
        self.line.is_tls()
    }
}

impl<T> fmt::Debug for Noted<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Noted").finish_non_exhaustive()
    }
}
