#include "fake.h"

#include "fake-memory.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "builtinCommon.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "test.h"

#undef calloc
#undef malloc

#define kTickNs (50000)

/* One lock for all: the interrupt, the wire and each call of the driver exclude each other. */
static pthread_mutex_t gLock = PTHREAD_MUTEX_INITIALIZER;

static int gFailAt, gFailed, gPinsUsed, gTasks;
static uint8_t gPins[64];

void fakeFailAt(int n)
{
	gFailAt = n;
	gFailed = 0;
}

int fakeHasFailed(void)
{
	return gFailed;
}

static int fails(void)
{
	if (gFailAt && (0 == --gFailAt))
		gFailed = 1;
	else
		return 0;
	return 1;
}

void *fakeCalloc(size_t count, size_t size)
{
	return fails() ? NULL : calloc(count, size);
}

void *fakeMalloc(size_t size)
{
	return fails() ? NULL : malloc(size);
}

/* Critical sections, for those who have nothing better: never one in another */

static pthread_mutex_t gCritical = PTHREAD_MUTEX_INITIALIZER;

void stubEnterCritical(portMUX_TYPE *mux)
{
	pthread_mutex_lock(&gCritical);
	CHECK(0 == mux->owner++);
}

void stubExitCritical(portMUX_TYPE *mux)
{
	mux->owner--;
	pthread_mutex_unlock(&gCritical);
}

/* Pins */

int fakePinsUsed(void)
{
	return gPinsUsed;
}

uint8_t builtinUsePin(uint32_t pin)
{
	if ((pin >= sizeof(gPins)) || gPins[pin] || fails())
		return 0;
	gPins[pin] = 1;
	gPinsUsed++;
	return 1;
}

void builtinFreePin(uint32_t pin)
{
	CHECK(gPins[pin]);
	gPins[pin] = 0;
	gPinsUsed--;
}

esp_err_t gpio_reset_pin(gpio_num_t pin)
{
	CHECK(gPins[pin]);
	return ESP_OK;
}

/* Queues */

struct QueueDefinition {
	pthread_cond_t	changed;
	uart_event_t	*events;
	int				size, count;
};

static int push(QueueHandle_t queue, uart_event_type_t type)
{
	if (queue->count == queue->size)
		return pdFALSE;
	memset(&queue->events[queue->count], 0, sizeof(uart_event_t));
	queue->events[queue->count++].type = type;
	pthread_cond_signal(&queue->changed);
	return pdTRUE;
}

BaseType_t xQueueSend(QueueHandle_t queue, const void *item, TickType_t wait)
{
	int done;
	CHECK(0 == wait);
	pthread_mutex_lock(&gLock);
	done = push(queue, ((const uart_event_t *)item)->type);
	pthread_mutex_unlock(&gLock);
	return done;
}

static void sleepIn(QueueHandle_t queue, TickType_t wait)
{
	struct timespec until;
	if (portMAX_DELAY == wait) {
		while (!queue->count)
			pthread_cond_wait(&queue->changed, &gLock);
		return;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)wait * kTickNs;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_cond_timedwait(&queue->changed, &gLock, &until);
}

BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t wait)
{
	int done;
	pthread_mutex_lock(&gLock);
	if (!queue->count && wait)
		sleepIn(queue, wait);
	done = queue->count > 0;
	if (done) {
		memcpy(item, queue->events, sizeof(uart_event_t));
		memmove(queue->events, queue->events + 1, --queue->count * sizeof(uart_event_t));
	}
	pthread_mutex_unlock(&gLock);
	return done;
}

/* Tasks */

struct tskTaskControlBlock {
	pthread_t		thread;
	TaskFunction_t	code;
	void			*it;
};

static void *runTask(void *it)
{
	TaskHandle_t task = it;
	task->code(task->it);
	fail(__FILE__, __LINE__, "a task never returns");
	return NULL;
}

BaseType_t xTaskCreate(TaskFunction_t code, const char *name, uint32_t stackBytes, void *it, UBaseType_t priority, TaskHandle_t *task)
{
	CHECK(name && stackBytes && priority);
	if (fails())
		return pdFALSE;
	TaskHandle_t made = calloc(1, sizeof(**task));
	made->code = code;
	made->it = it;
	*task = made;
	gTasks++;
	CHECK(0 == pthread_create(&made->thread, NULL, runTask, made));
	return pdPASS;
}

void vTaskDelay(TickType_t ticks)
{
	struct timespec time = {0, (long)ticks * kTickNs};
	nanosleep(&time, NULL);
}

void vTaskSuspend(TaskHandle_t task)
{
	CHECK(NULL == task);
	pthread_exit(NULL);
}

void vTaskDelete(TaskHandle_t task)
{
	pthread_join(task->thread, NULL);
	gTasks--;
	free(task);
}

int fakeTasks(void)
{
	return gTasks;
}

/* The driver */

typedef struct {
	uint8_t			installed, configured, keptBack, holdOff;
	int				threshold, overflows, pins[4];
	uart_config_t	config;
	QueueHandle_t	queue;
	uint8_t			*ring;
	int				ringSize, ringCount;
	uint8_t			fifo[kFifo], kept[kFifo], out[kFifo];
	int				fifoCount, keptCount, outCount;
} Uart;

static Uart gUarts[UART_NUM_MAX];

static Uart *lock(int uart)
{
	pthread_mutex_lock(&gLock);
	CHECK((uart >= 0) && (uart < UART_NUM_MAX) && gUarts[uart].installed);
	return &gUarts[uart];
}

static void unlock(void)
{
	pthread_mutex_unlock(&gLock);
}

static int intoRing(Uart *it, const uint8_t *bytes, int count)
{
	if (it->ringSize - it->ringCount < count)
		return 0;
	memcpy(it->ring + it->ringCount, bytes, count);
	it->ringCount += count;
	return 1;
}

static void interrupt(Uart *it)
{
	int fit;
	if (it->keptBack || !it->fifoCount)
		return;
	memcpy(it->kept, it->fifo, it->fifoCount);
	it->keptCount = it->fifoCount;
	it->fifoCount = 0;
	fit = intoRing(it, it->kept, it->keptCount);
	it->keptBack = !fit;
	(void)push(it->queue, fit ? UART_DATA : UART_BUFFER_FULL);
}

static void bringBack(Uart *it)
{
	if (!it->keptBack || !intoRing(it, it->kept, it->keptCount))
		return;
	it->keptBack = 0;
	if (it->fifoCount >= it->threshold)
		interrupt(it);
}

bool uart_is_driver_installed(uart_port_t uart)
{
	return gUarts[uart].installed;
}

esp_err_t uart_driver_install(uart_port_t uart, int receiveBytes, int transmitBytes, int events, QueueHandle_t *queue, int flags)
{
	Uart *it = &gUarts[uart];
	CHECK(!it->installed && (receiveBytes > kFifo) && (0 == transmitBytes) && (0 == flags));
	if (fails())
		return ESP_FAIL;
	memset(it, 0, sizeof(*it));
	it->ring = malloc(receiveBytes);
	it->ringSize = receiveBytes;
	it->queue = calloc(1, sizeof(*it->queue));
	it->queue->events = malloc(events * sizeof(uart_event_t));
	it->queue->size = events;
	pthread_cond_init(&it->queue->changed, NULL);
	it->threshold = 120;
	it->installed = 1;
	*queue = it->queue;
	return ESP_OK;
}

esp_err_t uart_driver_delete(uart_port_t uart)
{
	Uart *it = lock(uart);
	free(it->queue->events);
	pthread_cond_destroy(&it->queue->changed);
	free(it->queue);
	free(it->ring);
	it->installed = 0;
	unlock();
	return ESP_OK;
}

esp_err_t uart_param_config(uart_port_t uart, const uart_config_t *config)
{
	gUarts[uart].config = *config;
	gUarts[uart].configured = 1;
	return fails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_pin(uart_port_t uart, int transmit, int receive, int requestToSend, int clearToSend)
{
	const int pins[4] = {transmit, receive, requestToSend, clearToSend};
	memcpy(gUarts[uart].pins, pins, sizeof(pins));
	return fails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_rx_full_threshold(uart_port_t uart, int threshold)
{
	CHECK(gUarts[uart].installed);
	gUarts[uart].threshold = threshold;
	return fails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_set_rx_timeout(uart_port_t uart, const uint8_t symbols)
{
	CHECK(gUarts[uart].installed && symbols);
	return fails() ? ESP_FAIL : ESP_OK;
}

esp_err_t uart_get_buffered_data_len(uart_port_t uart, size_t *size)
{
	*size = (size_t)lock(uart)->ringCount;
	unlock();
	return ESP_OK;
}

int uart_read_bytes(uart_port_t uart, void *bytes, uint32_t count, TickType_t wait)
{
	Uart *it = lock(uart);
	CHECK(0 == wait);
	if (count > (uint32_t)it->ringCount)
		count = (uint32_t)it->ringCount;
	memcpy(bytes, it->ring, count);
	it->ringCount -= (int)count;
	memmove(it->ring, it->ring + count, it->ringCount);
	bringBack(it);
	unlock();
	return (int)count;
}

int uart_tx_chars(uart_port_t uart, const char *bytes, uint32_t count)
{
	Uart *it = lock(uart);
	uint32_t room = kFifo - (uint32_t)it->outCount;
	if (count > room)
		count = room;
	memcpy(it->out + it->outCount, bytes, count);
	it->outCount += (int)count;
	unlock();
	return (int)count;
}

const uart_config_t *fakeConfig(int uart)
{
	return &gUarts[uart].config;
}

const int *fakePins(int uart)
{
	return gUarts[uart].pins;
}

int fakeOverflows(int uart)
{
	int count = lock(uart)->overflows;
	unlock();
	return count;
}

int fakeHeld(int uart)
{
	Uart *it = lock(uart);
	int count = it->ringCount + (it->keptBack ? it->keptCount : 0) + it->fifoCount;
	unlock();
	return count;
}

/* The wire */

static int stopped(const Uart *it)
{
	return (UART_HW_FLOWCTRL_CTS_RTS == it->config.flow_ctrl) && (it->fifoCount >= it->config.rx_flow_ctrl_thresh);
}

static void arrive(Uart *it, uint8_t byte)
{
	if (kFifo == it->fifoCount) {
		it->fifoCount = 0;
		it->overflows++;
		(void)push(it->queue, UART_FIFO_OVF);
		return;
	}
	it->fifo[it->fifoCount++] = byte;
	if (it->fifoCount >= it->threshold)
		interrupt(it);
}

uint32_t fakeWireSend(int uart, const uint8_t *bytes, uint32_t count)
{
	Uart *it = lock(uart);
	uint32_t k;
	for (k = 0; (k < count) && !stopped(it); k++)
		arrive(it, bytes[k]);
	interrupt(it);
	unlock();
	return k;
}

uint32_t fakeWireTake(int uart, uint8_t *bytes, uint32_t count)
{
	Uart *it = lock(uart);
	int minds = UART_HW_FLOWCTRL_CTS_RTS == it->config.flow_ctrl;
	if ((int)count > it->outCount)
		count = (uint32_t)it->outCount;
	if (minds && it->holdOff)
		count = 0;
	memcpy(bytes, it->out, count);
	it->outCount -= (int)count;
	memmove(it->out, it->out + count, it->outCount);
	unlock();
	return count;
}

void fakeClearToSend(int uart, int on)
{
	lock(uart)->holdOff = !on;
	unlock();
}
