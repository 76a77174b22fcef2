/*
 * A UART of an ESP32 by ESP-IDF's own driver: its interrupt fills its receive ring, and it knows the registers of each UART.
 *
 * Transmitting goes from a ring of ours into the hardware FIFO by uart_tx_chars, which never waits. The driver's own
 * transmit ring would: what it calls free does not count its items' headers, and a full one blocks JavaScript, with CTS
 * held off for good. A task hears the driver's events, feeds the FIFO and tells JavaScript.
 */
#include "xsPlatform.h"
#include "xsmc.h"

#include "builtinCommon.h"
#include "serialatomic.h"
#include "serialport.h"

#include <stdlib.h>

#include "driver/gpio.h"
#include "driver/uart.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/task.h"
#include "soc/soc_caps.h"

#ifdef SOC_UART_HP_NUM
	#define kPorts SOC_UART_HP_NUM		/* the low-power UARTs need another clock and fixed pins */
#else
	#define kPorts UART_NUM_MAX
#endif

/* Of the 128 bytes of the FIFO: */
#define kInterruptAt (64)		/* the rest is the time that an interrupt may come late: 0.7 ms at 921600 baud */
#define kStopSenderAt (96)		/* RTS; the rest is for senders that stop some bytes later */
#define kIdleSymbols (4)		/* fewer bytes wait so long for more */
#define kMostEvents (128)
#define kTaskStackBytes (2560)
#define kTaskPriority (10)		/* as the SDK's own tasks of drivers, above JavaScript */
#define kPins (4)

struct SerialPortRecord {
	SerialNewsRecord	news;
	SerialRingRecord	transmit;
	uart_port_t			uart;
	QueueHandle_t		events;		/* the driver's; also wakes the task */
	TaskHandle_t		task;
	uint32_t			woken;		/* one event is enough */
	uint32_t			left;		/* bytes stay in the driver's ring after a read */
	uint32_t			stop;
	uint32_t			stopped;
	uint8_t				installed;
	int32_t				pins[kPins];
};

/* A full queue needs no other event: the task is not asleep, and looks at everything after the last. */
static void wake(SerialPort port)
{
	uart_event_t event = {.type = UART_EVENT_MAX};
	if (!serialExchange(&port->woken, 1))
		(void)xQueueSend(port->events, &event, 0);
}

static void note(SerialPort port, const uart_event_t *event)
{
	if (UART_DATA == event->type)
		serialNewsRaise(&port->news, kSerialReadable);
	else if (UART_FIFO_OVF == event->type)
		serialNewsOverrun(&port->news, 1);
}

static void feed(SerialPort port)
{
	const uint8_t *at;
	uint32_t count;
	while (0 != (count = serialRingPeek(&port->transmit, &at))) {
		int sent = uart_tx_chars(port->uart, (const char *)at, count);
		if (sent <= 0)
			break;
		serialRingDrop(&port->transmit, (uint32_t)sent);
	}
}

/* What waits for the FIFO, or for room in JavaScript's queue, is looked after each tick. */
static void serialTask(void *it)
{
	SerialPort port = it;
	TickType_t wait = 0;
	while (!serialLoad(&port->stop)) {
		uart_event_t event;
		while (xQueueReceive(port->events, &event, wait)) {
			note(port, &event);
			wait = 0;
		}
		(void)serialExchange(&port->woken, 0);
		if (serialExchange(&port->left, 0))
			serialNewsRaise(&port->news, kSerialReadable);
		feed(port);
		serialNewsRoom(&port->news, &port->transmit);
		wait = (serialNewsTell(&port->news) && !serialRingUsed(&port->transmit)) ? portMAX_DELAY : 1;
	}
	(void)serialExchange(&port->stopped, 1);
	vTaskSuspend(NULL);		/* close() deletes it: nothing of the port may be touched any more */
}

static int usePins(SerialPort port)
{
	int at;
	for (at = 0; at < kPins; at++) {
		int32_t pin = port->pins[at];
		if ((pin >= 0) && !builtinUsePin((uint32_t)pin))
			break;
	}
	if (kPins == at)
		return 1;
	for (; at < kPins; at++)
		port->pins[at] = UART_PIN_NO_CHANGE;		/* none of ours */
	return 0;
}

static void freePins(SerialPort port)
{
	int at;
	for (at = 0; at < kPins; at++) {
		int32_t pin = port->pins[at];
		if (pin < 0)
			continue;
		(void)gpio_reset_pin((gpio_num_t)pin);
		builtinFreePin((uint32_t)pin);
	}
}

static esp_err_t configure(SerialPort port, const SerialOptions *options)
{
	uart_config_t config = {
		.baud_rate = (int)options->baud,
		.data_bits = UART_DATA_8_BITS,
		.parity = UART_PARITY_DISABLE,
		.stop_bits = UART_STOP_BITS_1,
		.flow_ctrl = options->hardwareFlow ? UART_HW_FLOWCTRL_CTS_RTS : UART_HW_FLOWCTRL_DISABLE,
		.rx_flow_ctrl_thresh = kStopSenderAt,
		.source_clk = UART_SCLK_DEFAULT,
	};
	esp_err_t error = uart_param_config(port->uart, &config);
	if (ESP_OK == error)
		error = uart_set_pin(port->uart, options->transmit, options->receive, options->requestToSend, options->clearToSend);
	if (ESP_OK == error)
		error = uart_set_rx_full_threshold(port->uart, kInterruptAt);
	if (ESP_OK == error)
		error = uart_set_rx_timeout(port->uart, kIdleSymbols);
	return error;
}

/* As many as fill the ring while the task does not come, and then the one that tells of lost bytes. */
static int eventsFor(uint32_t receiveBytes)
{
	uint32_t count = receiveBytes / kInterruptAt + 8;
	return (int)((count < kMostEvents) ? count : kMostEvents);
}

static const char *start(SerialPort port, const SerialOptions *options)
{
	if (!usePins(port))
		return "pin in use";
	if (!serialRingInit(&port->transmit, options->transmitBytes))
		return "no memory";
	if (ESP_OK != uart_driver_install(port->uart, (int)options->receiveBytes, 0, eventsFor(options->receiveBytes), &port->events, 0))
		return "no memory";
	port->installed = 1;
	if (ESP_OK != configure(port, options))
		return "invalid pin or baud";
	if (pdPASS != xTaskCreate(serialTask, "serial", kTaskStackBytes, port, kTaskPriority, &port->task))
		return "no memory";
	return NULL;
}

const char *serialPortOpen(SerialPort *it, const SerialOptions *options, SerialTell tell, void *refcon)
{
	const char *wrong;
	SerialPort port;
	if ((options->port < 0) || (options->port >= (int32_t)kPorts))
		return "invalid port";
	if (options->hardwareFlow && ((options->requestToSend < 0) || (options->clearToSend < 0)))
		return "no pins for flow control";
	if (uart_is_driver_installed((uart_port_t)options->port))
		return "port in use";
	port = calloc(1, sizeof(*port));
	if (!port)
		return "no memory";
	port->uart = (uart_port_t)options->port;
	port->pins[0] = options->transmit;
	port->pins[1] = options->receive;
	port->pins[2] = options->requestToSend;
	port->pins[3] = options->clearToSend;
	serialNewsInit(&port->news, tell, refcon);
	serialNewsWantRoom(&port->news);
	wrong = start(port, options);
	if (wrong)
		serialPortClose(port);
	else
		*it = port;
	return wrong;
}

static void endTask(SerialPort port)
{
	(void)serialExchange(&port->stop, 1);
	wake(port);
	while (!serialLoad(&port->stopped))
		vTaskDelay(1);		/* the task waits for nothing longer than that */
	vTaskDelete(port->task);
}

void serialPortClose(SerialPort port)
{
	if (port->task)
		endTask(port);
	if (port->installed)
		(void)uart_driver_delete(port->uart);
	freePins(port);
	serialRingFree(&port->transmit);
	free(port);
}

uint32_t serialPortTake(SerialPort port)
{
	return serialNewsTake(&port->news);
}

uint32_t serialPortReadable(SerialPort port)
{
	size_t count = 0;
	(void)uart_get_buffered_data_len(port->uart, &count);
	return (uint32_t)count;
}

/* A driver whose ring was full has kept some bytes back and puts them into it here, without an event. */
uint32_t serialPortRead(SerialPort port, uint8_t *bytes, uint32_t count)
{
	int got = uart_read_bytes(port->uart, bytes, count, 0);
	if (serialPortReadable(port) && !serialExchange(&port->left, 1))
		wake(port);
	return (got > 0) ? (uint32_t)got : 0;
}

uint32_t serialPortWritable(SerialPort port)
{
	return serialRingRoom(&port->transmit);
}

void serialPortWrite(SerialPort port, const uint8_t *bytes, uint32_t count)
{
	(void)serialRingPut(&port->transmit, bytes, count);
	serialNewsWantRoom(&port->news);
	wake(port);
}

uint32_t serialPortOverruns(SerialPort port)
{
	return serialNewsOverruns(&port->news);
}
