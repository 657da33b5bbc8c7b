//! What is expensive to make and will be asked for again soon: made for one question at a time, kept for a while after its
//! last use, and no longer.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use platform::error::Error;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How long something is kept after its last use.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// The values of lately by their keys.
pub(super) struct Lately<K, V> {
    /// The last used at the end.
    kept: Arc<Mutex<Vec<Kept<K, V>>>>,
    making: Semaphore,
    most: usize,
}

struct Kept<K, V> {
    key: K,
    value: Arc<V>,
    used: Instant,
}

impl<K: Copy + PartialEq + Send + 'static, V: Send + Sync + 'static> Lately<K, V> {
    /// Room for so many values, those in the making included.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: Arc::default(), making: Semaphore::new(most), most }
    }

    /// The value of this key, as it is kept or as it is made.
    ///
    /// # Errors
    /// It could not be made.
    pub(super) async fn get_or_make(
        &self,
        key: K,
        make: impl Future<Output = Result<V, Error>>,
    ) -> Result<Arc<V>, Error> {
        if let Some(value) = self.get(key) {
            return Ok(value);
        }
        let _permit = self.making.acquire().await.map_err(Error::internal)?;
        // Whoever waited for the permit may find that it was made meanwhile.
        if let Some(value) = self.get(key) {
            return Ok(value);
        }
        self.make_room();
        let value = Arc::new(make.await?);
        self.keep(key, &value);
        Ok(value)
    }

    fn get(&self, key: K) -> Option<Arc<V>> {
        let mut all = self.kept.lock();
        let place = all.iter().position(|kept| kept.key == key)?;
        let mut kept = all.remove(place);
        kept.used = Instant::now();
        let value = Arc::clone(&kept.value);
        all.push(kept);
        Some(value)
    }

    /// Forgets those that were not used for longest, so that there is memory for those in the making.
    fn make_room(&self) {
        let making = self.most - self.making.available_permits().min(self.most);
        let mut kept = self.kept.lock();
        let too_many = (kept.len() + making).saturating_sub(self.most).min(kept.len());
        kept.drain(..too_many);
    }

    fn keep(&self, key: K, value: &Arc<V>) {
        {
            let mut kept = self.kept.lock();
            kept.retain(|kept| kept.key != key);
            kept.push(Kept { key, value: Arc::clone(value), used: Instant::now() });
        }
        let kept = Arc::clone(&self.kept);
        tokio::spawn(async move {
            let look = move || forget(&mut kept.lock(), &key, Instant::now());
            while let Some(until) = look() {
                tokio::time::sleep_until(until).await;
            }
        });
    }
}

/// Forgets a value that was not used for a while. Says when to look again, if it is still there.
fn forget<K: PartialEq, V>(kept: &mut Vec<Kept<K, V>>, key: &K, now: Instant) -> Option<Instant> {
    let place = kept.iter().position(|kept| kept.key == *key)?;
    let until = kept[place].used + KEPT_FOR;
    if until <= now {
        kept.remove(place);
        return None;
    }
    Some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(lately: &Lately<u32, u32>, key: u32) -> u32 {
        *lately.get_or_make(key, async move { Ok(key * 10) }).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_used_stays_and_the_rest_goes() {
        let lately = Lately::new(2);
        for key in [1, 2] {
            assert_eq!(get(&lately, key).await, key * 10);
        }
        assert_eq!(lately.get(1).as_deref(), Some(&10));
        get(&lately, 3).await;
        assert_eq!(lately.get(2), None, "the one that was not used for longest");

        let mut kept = lately.kept.lock();
        let used = kept[0].used;
        assert_eq!(
            forget(&mut kept, &1, used + KEPT_FOR / 2),
            Some(used + KEPT_FOR),
            "it is looked at again then"
        );
        assert_eq!(forget(&mut kept, &1, used + KEPT_FOR), None);
        assert_eq!(forget(&mut kept, &1, used + KEPT_FOR), None, "it is gone");
        assert_eq!(kept.len(), 1, "the other one stays");
    }

    #[tokio::test]
    async fn two_that_ask_at_once_have_it_made_once() {
        let (lately, made) = (Lately::new(1), Mutex::new(0));
        let ask = || {
            lately.get_or_make(7, async {
                tokio::task::yield_now().await;
                *made.lock() += 1;
                Ok(*made.lock())
            })
        };
        let (one, other) = tokio::join!(ask(), ask());
        assert_eq!((*one.unwrap(), *other.unwrap(), *made.lock()), (1, 1, 1));
    }
}
