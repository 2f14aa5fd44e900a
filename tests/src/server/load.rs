//! Clients that ask while something happens to a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::Fallible;
use super::client::{Answer, Client, Way};
use super::process::until;

/// Asks from two threads, over connections of a few requests, until it is ended.
#[derive(Debug)]
pub struct Load {
    ends: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    threads: Vec<thread::JoinHandle<Fallible<()>>>,
}

impl Load {
    /// Asks for a path on a port of 127.0.0.1 with a client behind a trusted proxy. What `heard`
    /// makes of each answer must be `expected`.
    #[must_use]
    pub fn start(
        port: u16,
        path: &'static str,
        heard: fn(&Answer) -> String,
        expected: &'static str,
    ) -> Self {
        let (ends, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = (0..2).map(|_| {
            let (ends, asked) = (Arc::clone(&ends), Arc::clone(&asked));
            thread::spawn(move || {
                while !ends.load(Ordering::SeqCst) {
                    let mut client = Client::new(Way::port(port));
                    for _ in 0..5 {
                        let lines = [("X-Forwarded-For", "6.6.6.6, 203.0.113.9")];
                        let answer = client.get(path, &lines)?;
                        if heard(&answer) != expected {
                            return Err(format!("answered {answer:?}"));
                        }
                        asked.fetch_add(1, Ordering::SeqCst);
                    }
                }
                Ok(())
            })
        });
        Self { threads: threads.collect(), ends, asked }
    }

    /// Waits until as many more were answered.
    ///
    /// # Errors
    ///
    /// They are not.
    pub fn goes_on(&self, count: usize) -> Fallible<()> {
        let before = self.asked.load(Ordering::SeqCst);
        until("more requests", || {
            Ok((self.asked.load(Ordering::SeqCst) > before + count).then_some(()))
        })
    }

    /// Stops asking.
    ///
    /// # Errors
    ///
    /// A request was lost, or answered otherwise.
    pub fn end(self) -> Fallible<()> {
        self.ends.store(true, Ordering::SeqCst);
        for thread in self.threads {
            thread.join().map_err(|_| "a thread of the load stopped")??;
        }
        Ok(())
    }
}
