//! Holds one request at the backend while another one is played.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Longer than anything takes here.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Gate {
    hold: Mutex<Hold>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Hold {
    /// Case and step.
    held: Option<(usize, usize)>,
    /// It waits at the backend, or has its answer.
    is_there: bool,
}

impl Gate {
    /// The next request of this step is held.
    pub(super) fn close(&self, place: (usize, usize)) {
        *self.hold() = Hold { held: Some(place), is_there: false };
    }

    /// It may go on.
    pub(super) fn open(&self) {
        self.hold().held = None;
        self.changed.notify_all();
    }

    /// It has got as far as it gets.
    pub(super) fn arrive(&self) {
        self.hold().is_there = true;
        self.changed.notify_all();
    }

    /// Waits until it has.
    pub(super) fn wait(&self) {
        let is_away = |hold: &mut Hold| !hold.is_there;
        drop(self.changed.wait_timeout_while(self.hold(), PATIENCE, is_away));
    }

    /// The backend, with a request of this step.
    pub(super) fn pass(&self, place: (usize, usize)) {
        if self.hold().held == Some(place) {
            self.arrive();
            let is_held = |hold: &mut Hold| hold.held == Some(place);
            drop(self.changed.wait_timeout_while(self.hold(), PATIENCE, is_held));
        }
    }

    fn hold(&self) -> MutexGuard<'_, Hold> {
        self.hold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
