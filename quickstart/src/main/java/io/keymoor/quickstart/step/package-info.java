/**
 * The steps of the quickstart, one class each: what it does, and the proof it prints. A step that
 * can't show what it claims throws {@link io.keymoor.quickstart.scene.StoryFailed}.
 */
@NullMarked
package io.keymoor.quickstart.step;

import org.jspecify.annotations.NullMarked;
