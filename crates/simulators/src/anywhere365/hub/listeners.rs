use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

use super::listener::Listener;
use super::{Event, Terms, aspnet_core, classic};
use crate::anywhere365::options::Hub;
use crate::site::World;
use crate::{Change, Options, Site};

/// Everyone who listens to the hub. Clones are the same hub.
#[derive(Clone)]
pub(crate) struct Listeners {
    terms: Arc<Terms>,
    present: Arc<Mutex<Present>>,
}

#[derive(Default)]
struct Present {
    /// By their tokens.
    listeners: HashMap<String, Arc<Listener>>,
    /// For what is done with a recorder and does not change it. `Some` once somebody has asked
    /// the hub for anything.
    told: Option<mpsc::UnboundedSender<Event>>,
}

impl Listeners {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            terms: Arc::new(Terms::new(options)),
            present: Arc::default(),
        }
    }

    pub(super) const fn terms(&self) -> &Arc<Terms> {
        &self.terms
    }

    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().expect("nobody panics while holding it")
    }

    /// Takes somebody in, unless the hub is full.
    pub(super) fn admit(&self, token: String) -> Option<Arc<Listener>> {
        let mut present = self.present();
        let timeout = self.terms.timeout;
        present.listeners.retain(|_, it| it.is_there(timeout));
        if present.listeners.len() >= self.terms.clients {
            return None;
        }
        let listener = Arc::new(Listener::default());
        present.listeners.insert(token, listener.clone());
        Some(listener)
    }

    /// The listener with this token, if it is there.
    pub(super) fn find(&self, token: &str) -> Option<Arc<Listener>> {
        let present = self.present();
        let listener = present.listeners.get(token)?;
        listener
            .is_there(self.terms.timeout)
            .then(|| listener.clone())
    }

    pub(super) fn forget(&self, token: &str) {
        self.present().listeners.remove(token);
    }

    /// Ends every connection. Nobody's token is worth anything from now on.
    pub(crate) fn forget_all(&self) {
        let all = std::mem::take(&mut self.present().listeners);
        for listener in all.into_values() {
            match self.terms.generation {
                Hub::Core => aspnet_core::dismiss(&listener),
                Hub::Classic | Hub::Off => listener.end(),
            }
        }
    }

    /// Tells what was done with a recorder without changing it.
    pub(in crate::anywhere365) fn tell(&self, event: Event) {
        if let Some(told) = &self.present().told {
            // The other end lives as long as the server.
            let _ = told.send(event);
        }
    }

    /// Begins to tell what happens at the site, at the first request to the hub.
    pub(super) fn begin(&self, site: &Site, world: &World) {
        let mut present = self.present();
        if present.told.is_some() {
            return;
        }
        let (told, hears) = mpsc::unbounded_channel();
        present.told = Some(told);
        let records_from_start = world.options.records_from_start;
        let tell = tell(
            self.clone(),
            site.clone(),
            world.changes(),
            hears,
            records_from_start,
        );
        tokio::spawn(tell);
    }

    fn is_heard(&self, event: &Event) -> bool {
        let present = self.present();
        let mut all = present.listeners.values();
        all.any(|listener| listener.hears(event, &self.terms))
    }

    fn deliver(&self, event: &Event) {
        let message: Arc<str> = match self.terms.generation {
            Hub::Core => aspnet_core::message(event, &self.terms),
            Hub::Classic | Hub::Off => classic::message(event, &self.terms),
        }
        .into();
        for listener in self.present().listeners.values() {
            if listener.hears(event, &self.terms) {
                listener.say(message.clone());
            }
        }
    }
}

/// Passes on what happens, for as long as the server lives. One task for all who listen: five
/// hundred clients are not woken for a call of one of them.
async fn tell(
    listeners: Listeners,
    site: Site,
    mut changes: broadcast::Receiver<Change>,
    mut told: mpsc::UnboundedReceiver<Event>,
    records_from_start: bool,
) {
    loop {
        let event = tokio::select! {
            change = changes.recv() => match change {
                Ok(change) => Event::of(change, records_from_start),
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return,
            },
            event = told.recv() => event,
        };
        let Some(event) = event else { continue };
        // A fault is for an event that somebody would have heard.
        if !listeners.is_heard(&event) {
            continue;
        }
        for after in site.fate_of_event() {
            if after == Duration::ZERO {
                listeners.deliver(&event);
                continue;
            }
            let (listeners, event) = (listeners.clone(), event.clone());
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                listeners.deliver(&event);
            });
        }
    }
}
