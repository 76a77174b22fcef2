#ifndef STUB_GPIO_H
#define STUB_GPIO_H

typedef int esp_err_t;
typedef int gpio_num_t;

esp_err_t gpio_reset_pin(gpio_num_t pin);

#endif
