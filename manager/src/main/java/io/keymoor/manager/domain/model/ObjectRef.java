package io.keymoor.manager.domain.model;

/**
 * What a task or an audit event is about.
 *
 * @param type "provider", "cluster", "host", "vm" or "task"
 * @param id its id
 * @param name its name at that time
 */
public record ObjectRef(String type, String id, String name) {}
