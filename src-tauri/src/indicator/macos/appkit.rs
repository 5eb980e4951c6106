//! What the indicator needs of AppKit: a panel, its pixels, and what it is told.
#![expect(unsafe_code, reason = "AppKit is called through Objective-C")]

use std::cell::RefCell;
use std::io;
use std::ptr::null_mut;
use std::sync::Arc;
use std::task::Wake;

use dispatch2::DispatchQueue;
use objc2::rc::Retained;
use objc2::sel;
use objc2::{
    AllocAnyThread, DefinedClass, MainThreadMarker, MainThreadOnly, define_class, msg_send,
};
use objc2_app_kit::{
    NSApplicationDidChangeScreenParametersNotification, NSBackingStoreType, NSBitmapImageRep,
    NSColor, NSDeviceRGBColorSpace, NSEvent, NSPanel, NSScreenSaverWindowLevel, NSView,
    NSWindowAnimationBehavior, NSWindowCollectionBehavior, NSWindowStyleMask,
};
use objc2_foundation::{NSNotification, NSNotificationCenter, NSPoint, NSRect, NSSize, NSString};

use crate::indicator::bar::Message;
use crate::indicator::drawing::Drawing;
use crate::indicator::listener::tell;
use crate::indicator::place::turned_over;

/// Wakes the main thread.
#[derive(Debug)]
pub(super) struct Bell;

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        DispatchQueue::main().exec_async(|| tell(Message::Rung));
    }
}

/// Where on the desktop the pointer is, while its first button is down.
pub(super) fn pointer(height_of_primary: i32) -> Option<(i32, i32)> {
    let at = NSEvent::mouseLocation();
    let is_down = NSEvent::pressedMouseButtons() & 1 == 1;
    is_down.then(|| (at.x as i32, turned_over(at.y as i32, 0, height_of_primary)))
}

/// What becomes of clicks on a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clicks {
    /// They go to what is beneath, whatever program that belongs to.
    GoThrough,
    /// They are ours where the panel is not clear.
    Stay,
}

/// A panel that shows pixels and nothing else.
pub(super) struct Panel {
    panel: Retained<NSPanel>,
    view: Retained<PixelView>,
}

impl Panel {
    /// Makes one, which is hidden.
    pub(super) fn new(main_thread: MainThreadMarker, clicks: Clicks) -> Self {
        let nowhere = NSRect::new(NSPoint::new(0.0, 0.0), NSSize::new(1.0, 1.0));
        // A panel without a title bar never has the keyboard, and one that does not activate
        // leaves the program in front that is there (documented: `NSWindow.StyleMask`).
        let panel = NSPanel::initWithContentRect_styleMask_backing_defer(
            NSPanel::alloc(main_thread),
            nowhere,
            NSWindowStyleMask::Borderless | NSWindowStyleMask::NonactivatingPanel,
            NSBackingStoreType::Buffered,
            false,
        );
        let view = PixelView::new(main_thread);
        panel.setContentView(Some(&view));
        panel.setLevel(NSScreenSaverWindowLevel);
        panel.setCollectionBehavior(
            NSWindowCollectionBehavior::CanJoinAllSpaces
                | NSWindowCollectionBehavior::FullScreenAuxiliary
                | NSWindowCollectionBehavior::Stationary
                | NSWindowCollectionBehavior::IgnoresCycle,
        );
        // Panels go away by themselves when another program comes to the front, unless told.
        panel.setHidesOnDeactivate(false);
        panel.setBecomesKeyOnlyIfNeeded(true);
        panel.setAnimationBehavior(NSWindowAnimationBehavior::None);
        panel.setMovable(false);
        panel.setOpaque(false);
        panel.setBackgroundColor(Some(&NSColor::clearColor()));
        panel.setHasShadow(false);
        panel.setIgnoresMouseEvents(clicks == Clicks::GoThrough);
        Self { panel, view }
    }

    /// Shows pixels (red first, premultiplied) with the upper left corner here. A hidden panel
    /// stays hidden.
    ///
    /// # Errors
    /// There is no room for them.
    pub(super) fn paint(
        &self,
        at: (i32, i32),
        height_of_primary: i32,
        drawing: &Drawing,
        pixels: &[u8],
    ) -> io::Result<()> {
        let (width, height) = drawing.size();
        let image = image(drawing, pixels).ok_or(io::ErrorKind::OutOfMemory)?;
        self.view.ivars().replace(Some(image));
        let (x, y) = (at.0, turned_over(at.1, height, height_of_primary));
        let place = NSRect::new(
            NSPoint::new(x.into(), y.into()),
            NSSize::new(width.into(), height.into()),
        );
        self.panel.setFrame_display(place, false);
        self.view.setNeedsDisplay(true);
        self.panel.displayIfNeeded();
        Ok(())
    }

    /// Shows it above all others of its level.
    pub(super) fn show(&self) {
        self.panel.orderFrontRegardless();
    }

    /// Takes it off the screen.
    pub(super) fn hide(&self) {
        self.panel.orderOut(None);
    }

    /// Has screen readers call it by this name.
    pub(super) fn name(&self, name: &str) {
        self.panel.setTitle(&NSString::from_str(name));
    }

    /// Puts its upper left corner somewhere.
    pub(super) fn stand_at(&self, (x, y): (i32, i32), height_of_primary: i32) {
        let height = self.panel.frame().size.height as i32;
        let lower_edge = turned_over(y, height, height_of_primary);
        self.panel
            .setFrameOrigin(NSPoint::new(x.into(), lower_edge.into()));
    }

    /// Its upper left corner.
    pub(super) fn corner(&self, height_of_primary: i32) -> (i32, i32) {
        let NSRect { origin, size } = self.panel.frame();
        let top = turned_over(origin.y as i32, size.height as i32, height_of_primary);
        (origin.x as i32, top)
    }
}

/// Pixels as AppKit has them.
fn image(drawing: &Drawing, pixels: &[u8]) -> Option<Retained<NSBitmapImageRep>> {
    let (width, height) = (
        drawing.picture.width as isize,
        drawing.picture.height as isize,
    );
    // SAFETY: no planes are handed over, so that AppKit makes room for all of them itself:
    // four bytes a pixel, red first, premultiplied.
    let image = unsafe {
        NSBitmapImageRep::initWithBitmapDataPlanes_pixelsWide_pixelsHigh_bitsPerSample_samplesPerPixel_hasAlpha_isPlanar_colorSpaceName_bytesPerRow_bitsPerPixel(
            NSBitmapImageRep::alloc(),
            null_mut(),
            width,
            height,
            8,
            4,
            true,
            false,
            NSDeviceRGBColorSpace,
            width * 4,
            32,
        )
    }?;
    let room = image.bitmapData();
    if room.is_null() {
        return None;
    }
    // SAFETY: there is room for `height` rows of `width` times four bytes, as it was asked for,
    // and a picture has as many.
    unsafe { room.copy_from_nonoverlapping(pixels.as_ptr(), pixels.len()) };
    Some(image)
}

define_class!(
    // SAFETY: NSView asks nothing of its subclasses that this one does not do, and it has no
    // `Drop`.
    #[unsafe(super(NSView))]
    #[thread_kind = MainThreadOnly]
    #[name = "FermataIndicatorView"]
    #[ivars = RefCell<Option<Retained<NSBitmapImageRep>>>]
    struct PixelView;

    impl PixelView {
        #[unsafe(method(drawRect:))]
        fn draw(&self, _: NSRect) {
            if let Some(image) = &*self.ivars().borrow() {
                image.drawInRect(self.bounds());
            }
        }

        /// The first click counts: the panel never becomes active before it.
        #[unsafe(method(acceptsFirstMouse:))]
        fn accepts_first_mouse(&self, _: Option<&NSEvent>) -> bool {
            true
        }

        #[unsafe(method(mouseDown:))]
        fn mouse_down(&self, event: &NSEvent) {
            tell(Message::Pressed(self.point(event)));
        }

        #[unsafe(method(mouseDragged:))]
        fn mouse_dragged(&self, _: &NSEvent) {
            tell(Message::Look);
        }

        #[unsafe(method(mouseUp:))]
        fn mouse_up(&self, event: &NSEvent) {
            tell(Message::Released(self.point(event)));
        }

        #[unsafe(method(viewDidChangeEffectiveAppearance))]
        fn appearance_changed(&self) {
            tell(Message::DesktopChanged);
        }

        #[unsafe(method(screensChanged:))]
        fn screens_changed(&self, _: &NSNotification) {
            tell(Message::DesktopChanged);
        }
    }
);

impl PixelView {
    fn new(main_thread: MainThreadMarker) -> Retained<Self> {
        let view = Self::alloc(main_thread).set_ivars(RefCell::new(None));
        // SAFETY: `init` of NSView takes nothing and returns the view.
        let view: Retained<Self> = unsafe { msg_send![super(view), init] };
        // SAFETY: the method takes the one notification, and the view lives as long as the
        // program does.
        unsafe {
            NSNotificationCenter::defaultCenter().addObserver_selector_name_object(
                &view,
                sel!(screensChanged:),
                Some(NSApplicationDidChangeScreenParametersNotification),
                None,
            );
        }
        view
    }

    /// Where an event is, from the upper left corner.
    fn point(&self, event: &NSEvent) -> (i32, i32) {
        let at = event.locationInWindow();
        let height = self.bounds().size.height as i32;
        (at.x as i32, turned_over(at.y as i32, 0, height))
    }
}
