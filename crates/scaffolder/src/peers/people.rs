//! People who are notified, and remember of what.

use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};

use platform::error::Error;
use platform::notify::{Message, Notifier, Recipients, Told};

/// Everybody who may be notified. A message to nobody in particular is refused, as it is where texts are checked.
#[derive(Debug, Default)]
pub(crate) struct People(Mutex<Vec<Message>>);

impl People {
    /// What they were told.
    pub(crate) fn told(&self) -> MutexGuard<'_, Vec<Message>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notifier for People {
    fn notify(&self, message: Message) -> Told<'_> {
        let number = match &message.recipients {
            Recipients::Everybody => Ok(1),
            Recipients::Entities { of, .. } if of.iter().any(|one| !one.contains(':')) => {
                Err(Error::input("That is no reference."))
            }
            Recipients::Entities { of, .. } => Ok(of.iter().filter(|one| !one.contains("empty")).count()),
        };
        if number.is_ok() {
            self.told().push(message);
        }
        Box::pin(ready(number))
    }
}
